"""What became of a request to revoke: for the applicant's page, and the notice once it is published."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from senim import journal
from senim.accounts import AccountId
from senim.certification.revocation import are_published
from senim.enrolment import letters
from senim.enrolment.advance import _advance, changed_rows
from senim.enrolment.installation import spelled
from senim.enrolment.models import RevocationRequest
from senim.enrolment.process import Actor
from senim.enrolment.revocation import RevocationRequestId
from senim.enrolment.revocation_process import Stage, Step
from senim.enrolment.status import Taken, line_of, steps_taken
from senim.errors import NotFound
from senim.pki.crl import RevocationReason
from senim.texts import Text


class RevocationUnknown(NotFound):
    """No such request of this person."""

    clause: ClassVar[str] = "CA-8.P3a"


@dataclass(frozen=True)
class Outcome:
    """A request as its applicant sees it. ``numbers`` are spelled; a refusal names its text.

    ``bin`` is of the organisation that asked, empty for somebody's own certificates.
    """

    request_id: RevocationRequestId
    stage: Stage
    applied_at: datetime
    numbers: tuple[str, ...]
    reason: RevocationReason
    refusal: Text | None
    by_mail: bool
    bin: str
    taken: tuple[Taken, ...]

    @property
    def refused(self) -> bool:
        return self.stage is Stage.REFUSED

    @property
    def published(self) -> bool:
        return self.stage in {Stage.PUBLISHED, Stage.TOLD}

    @property
    def reason_said(self) -> Text:
        if self.bin:
            return letters.LEFT
        return letters.reason_text(self.reason)

    @property
    def line(self) -> list[dict[str, object]]:
        """The steps taken, as the page's line draws them."""
        return line_of(self.taken)


def outcome(*, request_id: UUID, account_id: AccountId, acting_for: str = "") -> Outcome:
    """``acting_for`` is a BIN: what was asked for an organisation is there for whoever acts for it only.

    Raises RevocationUnknown.
    """
    own = RevocationRequest.objects.filter(pk=request_id, account_id=account_id)
    case = own.filter(bin__in=("", acting_for)).first()
    if case is None:
        raise RevocationUnknown
    return Outcome(
        request_id=RevocationRequestId(case.id),
        stage=Stage(case.state),
        applied_at=case.applied_at,
        numbers=_numbers(case),
        reason=RevocationReason(case.reason),
        refusal=_refusal(case.refusal) if case.refusal else None,
        by_mail=bool(case.email),
        bin=case.bin,
        taken=steps_taken(case.passages.all(), words="enrolment.revocation.step"),
    )


def tell_of_published(*, at: datetime) -> int:
    """Tell whoever's revocation is published by now (CA-8.P3b, CA-8.P3a); how many. Twice tells once."""
    waiting = RevocationRequest.objects.filter(state=Stage.IN_ORDER).order_by("applied_at")
    return sum(_tell(request_id, at=at) for request_id in waiting.values_list("pk", flat=True))


def _tell(request_id: UUID, *, at: datetime) -> bool:
    with transaction.atomic():
        found = RevocationRequest.objects.select_for_update().filter(pk=request_id, state=Stage.IN_ORDER)
        case = found.first()
        if case is None or not are_published([int(number, 16) for number in case.serial_numbers]):
            return False
        _advance(case, action=Step.PUBLISH, actor=Actor.AUTHORITY, at=at)
        if case.email:  # else the cabinet, which told at once, has to do
            letters.send_revoked(case, numbers=_numbers(case), at=at)
        _advance(case, action=Step.TELL, actor=Actor.AUTHORITY, at=at)
        journal.record(
            verb="enrolment.tell_of_revocation",
            clause="CA-8.P3a",
            subject=f"revocation:{case.id}",
            actor="authority",
            at=at,
            facts={"by_mail": bool(case.email)},
            changed=changed_rows(case, at=at),
        )
    return True


def _refusal(facts: dict[str, str]) -> Text:
    return Text(facts["text"], why=Text(facts["why"])) if facts["why"] else Text(facts["text"])


def _numbers(case: RevocationRequest) -> tuple[str, ...]:
    return tuple(spelled(int(number, 16)) for number in case.serial_numbers)
