"""What each registry knows about an identifier, before it is signed."""

import base64
from collections.abc import Callable
from datetime import date
from typing import Any

from senim_sandbox.people import Card, LegalEntity, Person
from senim_sandbox.places import places
from senim_sandbox.portraits import portrait
from senim_sandbox.society import Society

Finding = dict[str, Any] | None
"""What was found, under the name of its kind; None where the registry knows nothing."""

ISSUER = {
    "kk": "Қазақстан Республикасының Ішкі істер министрлігі",
    "ru": "Министерство внутренних дел Республики Казахстан",
    "en": "Ministry of Internal Affairs of the Republic of Kazakhstan",
}


def person(society: Society, iin: str, _today: date) -> Finding:
    """State database of individuals."""
    found = society.registered(iin)
    return None if found is None else {"person": _person(found)}


def identity_card(society: Society, iin: str, today: date) -> Finding:
    """Register of identity documents: the newest card, in whatever state it is."""
    found = society.registered(iin)
    return None if found is None or found.card is None else {"document": _card(found, found.card, today)}


def legal_entity(society: Society, bin_: str, _today: date) -> Finding:
    """State database of legal entities."""
    found = society.legal_entity(bin_)
    return None if found is None else {"legal_entity": _legal_entity(society, found)}


def relations(society: Society, iin: str, _today: date) -> Finding:
    """Civil status records: spouse, parents, children, guardianship."""
    found = society.registered(iin)
    return None if found is None else {"relations": _relations(society, found)}


REGISTRIES: dict[str, tuple[str, Callable[[Society, str, date], Finding]]] = {
    "gbdfl/persons": ("gbdfl", person),
    "gbdul/legal-entities": ("gbdul", legal_entity),
    "documents/identity-card": ("documents", identity_card),
    "civil-status/relations": ("civil-status", relations),
}
"""Path of the question → the registry asked (also the name of its fault) and who answers."""


def _names(one: Person) -> dict[str, str]:
    return {"surname": one.surname, "given_name": one.given_name, "patronymic": one.patronymic}


def _person(one: Person) -> dict[str, Any]:
    settlement = places()[one.settlement]
    return {
        "iin": one.iin,
        "status": one.status,
        **_names(one),
        "born": one.born.isoformat(),
        "sex": one.sex,
        "region": places()[settlement.region].as_json(),
        "settlement": settlement.as_json(),
    }


def _card(one: Person, card: Card, today: date) -> dict[str, Any]:
    picture = portrait(iin=one.iin, sex=one.sex, birth_year=one.born.year)
    return {
        "number": card.number,
        "iin": one.iin,
        **_names(one),
        "born": one.born.isoformat(),
        "sex": one.sex,
        "issued": card.issued.isoformat(),
        "expires": card.expires.isoformat(),
        "issuer": ISSUER,
        "status": card.status(today),
        "portrait": base64.b64encode(picture).decode(),
    }


def _legal_entity(society: Society, one: LegalEntity) -> dict[str, Any]:
    head = society.by_id[one.head]
    return {
        "bin": one.bin,
        "status": one.status,
        "kind": one.kind,
        "name": {"kk": one.kk, "ru": one.ru, "en": one.en},
        "head": {"iin": head.iin, **_names(head)},
    }


def _relations(society: Society, one: Person) -> dict[str, Any]:
    guardian = society.guardian_of(one)
    spouse = society.by_id.get(one.spouse)
    return {
        "spouse": spouse.iin if spouse else None,
        "parents": [parent.iin for parent in society.parents_of(one)],
        "children": [society.by_id[child].iin for child in one.children],
        "wards": [society.by_id[ward].iin for ward in one.wards],
        "guardian": guardian.iin if guardian else None,
    }
