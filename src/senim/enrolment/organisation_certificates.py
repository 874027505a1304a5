"""The certificates that people hold in a role for an organisation, for whoever acts for it (decision 80)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from senim.accounts.organisations.acting import Acting
from senim.accounts.organisations.rights import Deed, refuse_unless
from senim.certification import certificates
from senim.certification.facts import CertificateFacts
from senim.countries.kz import roles, subjects
from senim.countries.kz.subjects import Subject
from senim.pki.certificates import subject_of
from senim.pki.ocsp import CertStatus

MOST = 1000
"""Certificates looked through for a name or a number, the newest in the state that is asked for: of an
employer with more, people are found by their IIN."""
STATES = IN_FORCE, REVOKED, EVERY = ("in_force", "revoked", "every")
_STATUS = {IN_FORCE: CertStatus.GOOD, REVOKED: CertStatus.REVOKED, EVERY: ""}
_IIN_DIGITS = 12


@dataclass(frozen=True)
class Held:
    """What one person holds for the organisation, the newest first."""

    iin: str
    name: str
    certificates: tuple[CertificateFacts, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """The widest first."""
        found = {roles.ROLE_OF[one.profile] for one in self.certificates}
        return tuple(role for role in roles.ROLES if role in found)


@dataclass(frozen=True)
class Found:
    """``more``: there are older ones that were not looked through."""

    held: tuple[Held, ...]
    more: bool


def search(acting: Acting, *, query: str = "", state: str = IN_FORCE, at: datetime) -> Found:
    """Who holds certificates for this organisation; ``query`` is an IIN, a serial number, or part of a name.

    Refuses: NotInThisRole.
    """
    refuse_unless(acting.role, Deed.TAKE_BACK_CERTIFICATES)
    iin = query if query.isdigit() and len(query) == _IIN_DIGITS else ""
    newest = certificates.newest(
        bin=acting.bin,
        iin=iin,
        profiles=roles.IN_A_ROLE,
        status=_STATUS[state],
        not_over_at=at if state == IN_FORCE else None,
        at_most=MOST,
    )
    held = by_person(newest)
    return Found(held if iin else tuple(one for one in held if _fits(one, query)), len(newest) == MOST)


def of_person(acting: Acting, *, iin: str) -> tuple[CertificateFacts, ...]:
    """What this person holds for this organisation, revoked and expired ones too."""
    return certificates.newest(bin=acting.bin, iin=iin, profiles=roles.IN_A_ROLE, at_most=MOST)


def by_person(found: Iterable[CertificateFacts]) -> tuple[Held, ...]:
    people: dict[str, tuple[Subject, list[CertificateFacts]]] = {}
    for one in found:
        subject = subjects.read(subject_of(one.der))
        people.setdefault(subject.iin, (subject, []))[1].append(one)
    return tuple(Held(iin, _name(subject), tuple(held)) for iin, (subject, held) in people.items())


def _name(subject: Subject) -> str:
    return " ".join(filter(None, (subject.common_name, subject.patronymic)))


def _fits(held: Held, query: str) -> bool:
    name, digits = held.name.casefold(), query.replace(" ", "").lower().lstrip("0")
    if all(word in name for word in query.casefold().split()):
        return True
    return any(f"{one.serial_number:x}".startswith(digits) for one in held.certificates)
