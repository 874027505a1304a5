"""Take an application back. Neither the number nor a link alone is enough: a second letter must be answered.

For whoever has lost the key or ordered on another device: withdraw, then order anew. Certificates that were
issued meanwhile are revoked, since nobody will ever hold their keys again.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from senim import journal
from senim.certification import orders, revocation
from senim.certification.facts import OrderId
from senim.enrolment import letters
from senim.enrolment.advance import ApplicationId, _advance, _locked, changed_rows, digest_of_link, new_link
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Stage, Step
from senim.enrolment.status import Status, status_of
from senim.errors import NotFound
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus
from senim.settings import settings


class WithdrawalLinkUnknown(NotFound):
    """No such link, or it is replaced or out of date."""

    clause: ClassVar[str] = "CA-6.P5"


def ask_to_withdraw(*, application_id: ApplicationId, at: datetime) -> None:
    """Send the second letter, to the application's own address. A new one kills the old.

    Raises NotAllowed where nothing can be taken back.
    """
    link, digest = new_link()
    with transaction.atomic():
        case = _locked(id=application_id)
        if case is None:
            raise WithdrawalLinkUnknown
        case.process.row_for(state=case.state, action=Step.WITHDRAW, actor=Actor.APPLICANT)
        case.withdrawal_link_digest, case.withdrawal_until_at = digest, at + settings.withdrawal_link_lifetime
        case.save(update_fields=["withdrawal_link_digest", "withdrawal_until_at"])
        letters.send_withdrawal_link(case, link=link, at=at)
        _record(case, "enrolment.ask_to_withdraw", at=at)


def status_for_withdrawal(*, link: str, at: datetime) -> Status:
    """What is about to be taken back. Raises WithdrawalLinkUnknown."""
    return status_of(
        _live(Application.objects.filter(withdrawal_link_digest=digest_of_link(link)).first(), at)
    )


def withdraw(*, link: str, at: datetime) -> Status:
    """Take the application back; a second click finds it done. Raises WithdrawalLinkUnknown, NotAllowed."""
    with transaction.atomic():
        case = _live(_locked(withdrawal_link_digest=digest_of_link(link)), at)
        if case.state == Stage.WITHDRAWN:
            return status_of(case)
        was_issued = case.state == Stage.ISSUED
        _advance(case, action=Step.WITHDRAW, actor=Actor.APPLICANT, at=at)
        if was_issued and case.order_id is not None:
            _revoke(case.order_id, actor=f"application:{case.id}", at=at)
        _record(case, "enrolment.withdraw", at=at, revoked=was_issued)
    return status_of(case)


def _live(case: Application | None, at: datetime) -> Application:
    if case is None or case.withdrawal_until_at is None or at >= case.withdrawal_until_at:
        raise WithdrawalLinkUnknown
    return case


def _revoke(order_id: UUID, *, actor: str, at: datetime) -> None:
    for facts in orders.outcome(OrderId(order_id)).certificates:
        if facts.status is CertStatus.REVOKED:
            continue  # taken back earlier, for a reason of its own
        revocation.revoke(
            serial_number=facts.serial_number,
            reason=RevocationReason.CESSATION_OF_OPERATION,
            at=at,
            actor=actor,
        )


def _record(case: Application, verb: str, *, at: datetime, **facts: object) -> None:
    journal.record(
        verb=verb,
        clause="CA-6.P5",
        subject=f"application:{case.id}",
        actor="applicant",
        at=at,
        facts=facts,
        changed=changed_rows(case, at=at),
    )
