"""Which role may do what for an organisation: a table, the widest role first."""

from enum import StrEnum
from typing import ClassVar

from senim.countries.kz import roles
from senim.errors import NotFound


class Deed(StrEnum):
    """What one may do in an organisation's cabinet, beside looking at documents that owners open to it."""

    SEE_WHO_IS_INSIDE = "see who is signed in"
    SEE_HISTORY = "see what happened"
    END_SESSIONS = "end sessions of others"
    SEE_WHAT_SYSTEMS_SAW = "see what its information systems were shown"
    TAKE_BACK_CERTIFICATES = "see the certificates issued for it, and take back those of somebody who left"


_ALL = frozenset(Deed)
RIGHTS: dict[str, frozenset[Deed]] = {
    roles.FIRST_HEAD: _ALL,
    "right_to_sign": frozenset({Deed.SEE_WHO_IS_INSIDE, Deed.SEE_HISTORY, Deed.SEE_WHAT_SYSTEMS_SAW}),
    "financial": frozenset(),
    "personnel": frozenset({Deed.TAKE_BACK_CERTIFICATES}),
    "employee": frozenset(),
}


class NotInThisRole(NotFound):
    """To whose role this is not given it is not there, like anything that is somebody else's."""

    clause: ClassVar[str] = "PT-2.1-1"


def may(role: str, deed: Deed) -> bool:
    return deed in RIGHTS[role]


def refuse_unless(role: str, deed: Deed) -> None:
    """Raises NotInThisRole."""
    if not may(role, deed):
        raise NotInThisRole
