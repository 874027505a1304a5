"""Whether what an applicant signed for a reissue still holds, when an operator is about to rely on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from senim import validation
from senim.certification.status import status_of
from senim.enrolment.installation import spelled
from senim.enrolment.models import Application
from senim.errors import Refused
from senim.pki.ocsp import CertStatus
from senim.texts import Text


class ReissueNoLongerSigned(Refused):
    """The applicant's certificate was revoked meanwhile: perhaps it was not the applicant who signed."""

    clause: ClassVar[str] = "CA-7.P6"


@dataclass(frozen=True)
class SignedBy:
    """The certificate an application was signed with, and whether the signature may still be relied on."""

    number: str
    holds: bool

    @property
    def said(self) -> Text:
        state = "holds" if self.holds else "gone"
        return Text(f"enrolment.reissue.signed_{state}", number=self.number)


def signed_by(case: Application, *, at: datetime) -> SignedBy | None:
    """None where nothing had to be signed."""
    if case.applicant_signature is None:
        return None
    return SignedBy(spelled(int(case.signed_with, 16)), _holds(case, at=at))


def check_still_signed(case: Application, *, at: datetime) -> None:
    """For a reissue. Raises ReissueNoLongerSigned."""
    if case.applicant_signature is not None and not _holds(case, at=at):
        raise ReissueNoLongerSigned


def _holds(case: Application, *, at: datetime) -> bool:
    """Good when it was received, and its certificate not revoked since. It may have expired meanwhile."""
    report = validation.check(
        cms=bytes(case.applicant_signature or b""),
        content=bytes(case.applicant_document or b""),
        at=case.applied_at,
    )
    now = status_of(issuer_key_id=None, serial_number=int(case.signed_with, 16), at=at)
    return report.passed and now.status is CertStatus.GOOD
