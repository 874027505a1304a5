"""Where an operator's key is used (CA-19.5a): in the office it was given for, in one place at a time.

Whoever hands a carrier to somebody shows by this: it is used elsewhere. What is found is recorded among the
violations, and the direct head, the responsible staff and the operator are told, once a day for each finding.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.db import transaction

from senim import journal, network_addresses
from senim.errors import Refused
from senim.operators import letters
from senim.operators.advance import locked
from senim.operators.models import Violation
from senim.operators.standing import Operator, OperatorUnknown
from senim.rulebook import day_of
from senim.texts import say_in

BY_THE_DOOR = "process:desk"


class Finding(StrEnum):
    """What the desk's door noticed."""

    OUTSIDE = "outside"
    TWO_PLACES = "two_places"


class OutsideTheOffice(Refused):
    """The office has networks of its own, and this is none of them."""

    clause: ClassVar[str] = "CA-19.5a"


def is_in_office(operator: Operator, *, address: str) -> bool:
    """An office whose networks nobody has named is everywhere; the doctor says so in production."""
    networks = operator.centre.networks if operator.centre else ()
    return not networks or network_addresses.is_in(networks, address)


def notice(*, operator: Operator, finding: Finding, at: datetime) -> None:
    """Put on record and tell. Raises OperatorUnknown."""
    with transaction.atomic():
        row = locked(operator.iin)
        if row is None:
            raise OperatorUnknown
        said = say_in(row.language, f"operators.workplace.{finding}")
        found = {"operator": row, "found_on": day_of(at), "said": said, "recorded_by": BY_THE_DOOR}
        violation, new = Violation.objects.get_or_create(**found, defaults={"told_at": at})
        told = letters.tell_of_use_elsewhere(violation, at=at) if new else 0
        journal.record(
            verb="operators.notice_workplace",
            clause="CA-19.5a",
            subject=operator.reference,
            actor=operator.reference,
            at=at,
            facts={"found": finding, "told": told},
            changed=[violation] if new else [],
        )
