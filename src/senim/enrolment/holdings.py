"""In which role somebody holds a certificate: for themselves, or for which legal entity (CA-5.3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from senim.certification.facts import CertificateFacts
from senim.countries.kz import roles, subjects
from senim.pki.certificates import subject_of
from senim.texts import Text


@dataclass(frozen=True)
class Capacity:
    """For oneself where nothing is in it; else the role, and the legal entity as the certificate names it."""

    role: str = roles.HIMSELF
    bin: str = ""
    organisation: str = ""

    @property
    def id(self) -> str:
        """For a form's choice."""
        return f"{self.role}:{self.bin}" if self.role else "myself"

    @property
    def said(self) -> Text:
        if not self.role:
            return Text("enrolment.capacity.myself")
        role = Text(f"enrolment.role.{self.role}")
        return Text("enrolment.capacity.entity", organisation=self.organisation, role=role)


@dataclass(frozen=True)
class Holding:
    """A certificate's kind, and the capacity it is held in."""

    profile: str
    capacity: Capacity

    @property
    def said(self) -> Text:
        """What it is for and, where it is not for its holder, for whom."""
        kind = Text(f"enrolment.certificate.{roles.PURPOSE_OF[self.profile]}")
        if not self.capacity.role:
            return kind
        return Text("enrolment.certificate.in_role", kind=kind, capacity=self.capacity.said)


def holding_of(certificate: CertificateFacts) -> Holding:
    """Of a certificate in one of the profiles of ``roles``."""
    role = roles.ROLE_OF[certificate.profile]
    if not role:
        return Holding(certificate.profile, Capacity())
    said = subjects.read(subject_of(certificate.der))
    return Holding(certificate.profile, Capacity(role, said.bin, said.organisation))


def capacities(certificates: Iterable[CertificateFacts]) -> list[Capacity]:
    """In which capacities these are held, each once, for oneself first."""
    found = {holding_of(one).capacity for one in certificates}
    return sorted(found, key=lambda one: (one.role != roles.HIMSELF, one.organisation, one.role))
