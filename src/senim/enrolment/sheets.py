"""The applicant's sheet at the desk: number and fingerprint of the keys in one QR code, digits alone.

A barcode reader types it into the work list. The fingerprint tells whether the keys this sheet was printed
for are the keys about to be certified; what it proves and what it does not is in decision 50.
"""

import hashlib
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from senim import journal
from senim.countries.kz.keyboards import digits_of
from senim.enrolment import numbers
from senim.enrolment.advance import ApplicationId
from senim.enrolment.desk import ApplicationUnknown, Handled, OwnApplication, present
from senim.enrolment.hands import take
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Stage, Step
from senim.errors import Refused
from senim.operators.standing import Operator

FINGERPRINT_BYTES, FINGERPRINT_DIGITS = 8, 20


class NotASheet(Refused):
    """What was scanned or typed is neither a sheet nor a number."""

    clause: ClassVar[str] = "CA-6.P6"


class FingerprintDiffers(Refused):
    """The sheet was made for other keys than the application now holds."""

    clause: ClassVar[str] = "CA-6.C2"


def sheet_of(*, application_id: ApplicationId) -> str:
    """What the QR code of this application says; empty where it holds no keys."""
    case = Application.objects.filter(id=application_id, number__isnull=False).first()
    return f"{case.number}{_fingerprint(case)}" if case and case.sign_key_digest else ""


def open_sheet(*, scanned: str, operator: Operator, at: datetime) -> Handled:
    """The case of this sheet, in this operator's hands; handing the sheet over is CA-6.P6.

    A number typed by hand opens the case as well, and nothing else. Raises NotASheet, ApplicationUnknown,
    FingerprintDiffers (on record), OwnApplication, HeldByAnother.
    """
    digits = digits_of(scanned)
    number, fingerprint = numbers.read(digits[: numbers.DIGITS]), digits[numbers.DIGITS :]
    if number is None or len(fingerprint) not in {0, FINGERPRINT_DIGITS} or not digits.isdigit():
        raise NotASheet
    case = Application.objects.filter(number=number).first()
    if case is None:
        raise ApplicationUnknown
    if case.iin == operator.iin:
        raise OwnApplication
    application_id = ApplicationId(case.id)
    if fingerprint and fingerprint != _fingerprint(case):
        _record_difference(case, operator, at=at)
        raise FingerprintDiffers
    actions = case.process.actions_open_to(Actor.OPERATOR, state=case.state)
    if fingerprint and Step.PRESENT in actions:
        return present(application_id=application_id, operator=operator, at=at)
    if actions and case.taken_by is None:
        return take(application_id=application_id, operator=operator, at=at)
    return Handled(application_id, Stage(case.state), tuple(actions))


def _fingerprint(case: Application) -> str:
    both = bytes(case.sign_key_digest or b"") + bytes(case.auth_key_digest or b"")
    number = int.from_bytes(hashlib.sha256(both).digest()[:FINGERPRINT_BYTES], "big")
    return f"{number:0{FINGERPRINT_DIGITS}d}"


def _record_difference(case: Application, operator: Operator, *, at: datetime) -> None:
    with transaction.atomic():
        journal.record(
            verb="enrolment.refuse_sheet",
            clause=FingerprintDiffers.clause,
            subject=f"application:{case.id}",
            actor=operator.reference,
            at=at,
        )
