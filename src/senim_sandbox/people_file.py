"""``people.json``: everybody, with traits and outcomes. One seed gives one file, byte for byte.

Integrators build their tests on it, so it changes only with an entry in the change log that names its digest.
Key files are not in it: each instance makes its own (``keys.json``).
"""

import json
from typing import Any

from senim_sandbox.outcomes import outcomes
from senim_sandbox.people import Person
from senim_sandbox.places import places
from senim_sandbox.population import TODAY
from senim_sandbox.society import Society


def people_file(society: Society) -> bytes:
    """The whole file, UTF-8, ending in a line feed."""
    everything = {
        "as_of": TODAY.isoformat(),
        "people": [_person(one) for one in society.people],
        "legal_entities": [vars(one) for one in society.legal_entities],
    }
    return f"{json.dumps(everything, ensure_ascii=False, indent=1)}\n".encode()


def _person(one: Person) -> dict[str, Any]:
    settlement = places()[one.settlement]
    card = one.card and {
        "number": one.card.number,
        "issued": one.card.issued.isoformat(),
        "expires": one.card.expires.isoformat(),
        "state": one.card.state,
    }
    return {
        **vars(one),
        "born": one.born.isoformat(),
        "card": card,
        "region": places()[settlement.region].as_json(),
        "settlement": settlement.as_json(),
        "outcomes": outcomes(one, TODAY),
    }
