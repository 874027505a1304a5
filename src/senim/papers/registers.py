"""An extract of the register of operators, to print and to hand over."""

from collections.abc import Sequence
from datetime import datetime

from senim.countries.kz import times
from senim.papers.typesetting import typeset
from senim.texts import say, speaking

_WORDS = ("title", "as_of", "number", "given_by", "name", "office", "state", "since", "digest", "signature")


def register(
    *, language: str, number: str, given_by: str, lines: Sequence[tuple[str, str, str, str]], at: datetime
) -> bytes:
    """A PDF. Each line is a name, an office, a state and since when, in that language already."""
    with speaking(language):
        facts = {
            "language": language,
            "brand": say("papers.receipt.brand"),
            "words": {name: say(f"papers.register.{name}") for name in _WORDS},
            "number": number,
            "given_by": given_by,
            "as_of": times.day_and_hour(at),
            "lines": [list(line) for line in lines],
        }
    return typeset("register", facts=facts, at=at)
