"""Collect and install: certificates by the link out of the letter.

The link gives certificates, which are public, and never a key: a key is where the applicant's browser left
it, and a link alone replaces nothing (CA-6.P11, CA-A2.2).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from senim import journal
from senim.certification import certificates, orders
from senim.certification.facts import CertificateFacts, OrderId
from senim.countries.kz import names
from senim.countries.kz.roles import PURPOSE_OF
from senim.enrolment.advance import _advance, _locked, changed_rows, digest_of_link
from senim.enrolment.applicant import STORAGES
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Stage, Step
from senim.enrolment.status import LinkUnknown, Status, status_of
from senim.errors import Refused


class NothingToInstall(Refused):
    """The application ended without certificates."""

    clause: ClassVar[str] = "CA-6.P10"


@dataclass(frozen=True)
class Collected:
    """What the link leads to. ``sign``, ``auth`` and ``chain`` are there once certificates are issued."""

    status: Status
    owner: str
    sign: CertificateFacts | None
    auth: CertificateFacts | None
    chain: tuple[bytes, ...]

    @property
    def sign_number(self) -> str:
        return spelled(self.sign.serial_number) if self.sign else ""

    @property
    def auth_number(self) -> str:
        return spelled(self.auth.serial_number) if self.auth else ""

    @property
    def may_install(self) -> bool:
        return self.sign is not None and self.status.stage in {Stage.ISSUED, Stage.INSTALLED}


def spelled(serial_number: int) -> str:
    """A serial number as people read it: pairs of hexadecimal digits."""
    digits = f"{serial_number:X}"
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return " ".join(digits[start : start + 2] for start in range(0, len(digits), 2))


def collect(*, link: str) -> Collected:
    """What became of the application this link was sent for. Raises LinkUnknown."""
    case = Application.objects.filter(install_link_digest=digest_of_link(link)).first()
    if case is None:
        raise LinkUnknown
    issued = _certificates(case)
    owner = names.in_full(case)
    whose = ", ".join(filter(None, (owner, case.organisation)))
    return Collected(status_of(case), whose, issued.get("sign"), issued.get("auth"), _chain(issued))


def installed(*, link: str, storage: str, at: datetime) -> Status:
    """The applicant's page has put the certificates beside the keys (CA-A2.2); twice is once.

    Raises LinkUnknown, NothingToInstall.
    """
    with transaction.atomic():
        case = _locked(install_link_digest=digest_of_link(link))
        if case is None:
            raise LinkUnknown
        if case.state == Stage.ISSUED:
            _advance(case, action=Step.INSTALL, actor=Actor.APPLICANT, at=at)
            journal.record(
                verb="enrolment.installed",
                clause="CA-A2.2",
                subject=f"application:{case.id}",
                actor="applicant",
                at=at,
                facts={"storage": storage if storage in STORAGES else ""},
                changed=changed_rows(case, at=at),
            )
        elif case.state != Stage.INSTALLED:
            raise NothingToInstall
    return status_of(case)


def _certificates(case: Application) -> dict[str, CertificateFacts]:
    """By what each is for: sign, auth."""
    if case.order_id is None or case.state not in {Stage.ISSUED, Stage.INSTALLED}:
        return {}
    outcome = orders.outcome(OrderId(case.order_id))
    return {PURPOSE_OF[facts.profile]: facts for facts in outcome.certificates}


def _chain(issued: dict[str, CertificateFacts]) -> tuple[bytes, ...]:
    return certificates.chain_of(issued["sign"].der) if issued else ()
