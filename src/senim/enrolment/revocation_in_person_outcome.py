"""What became of a request made in person: the authority's answer (CA-10.T7, T8), the list (CA-10.T9), the
papers given at the desk.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from senim import journal
from senim.certification import revocation_orders
from senim.certification.revocation import are_published
from senim.countries.kz import names
from senim.enrolment import letters, numbers
from senim.enrolment.advance import ApplicationId, _advance, _locked, changed_rows
from senim.enrolment.installation import spelled
from senim.enrolment.kinds import Kind
from senim.enrolment.lists import all_papers
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Stage, Step
from senim.enrolment.receipts import Receipt, office_of
from senim.enrolment.revocation import in_words
from senim.enrolment.revocation_in_person import chosen
from senim.enrolment.revocation_in_person_process import CONFIRMED
from senim.errors import NotFound
from senim.operators.standing import operator_by_id
from senim.papers import revocations as forms
from senim.process import Row
from senim.settings import settings
from senim.texts import speaking


class NoPaper(NotFound):
    """This paper is not due yet, or never will be."""

    clause: ClassVar[str] = "CA-10.C1"


def settled(*, order_id: UUID, at: datetime) -> None:
    """The authority has revoked (CA-10.T7), or refused (CA-10.T8). Run twice, it does it once."""
    outcome = revocation_orders.outcome(order_id)
    with transaction.atomic():
        case = _locked(number=outcome.application_number)
        if case is None or case.state != Stage.CONFIRMED or outcome.state == "pending":
            return
        if outcome.state == "carried out":
            row = _advance(case, action=Step.REVOKE, actor=Actor.AUTHORITY, at=at)
        else:
            row = _refused(case, outcome.refusal_text_id, at=at)
        _record(case, "enrolment.revocation_settled", row.clause, at=at, outcome=outcome.state)


def tell_of_published(*, at: datetime) -> int:
    """Whose certificates are in the list by now (CA-10.T9); how many. Twice tells once."""
    waiting = Application.objects.filter(kind=Kind.REVOCATION, state=Stage.REVOKED).order_by("state_since_at")
    return sum(_published(application_id, at=at) for application_id in waiting.values_list("pk", flat=True))


def application_paper(*, application_id: ApplicationId) -> Receipt:
    """The application as formed, to be signed by the applicant's hand. Raises NoPaper."""
    case = Application.objects.filter(id=application_id, kind=Kind.REVOCATION).first()
    if case is None or case.state not in CONFIRMED:
        raise NoPaper
    formed_at = _when(case, Step.FIND_IN_ORDER) or case.state_since_at
    facts = _facts(case, formed_at)
    return Receipt(case.number or "", forms.application(facts=facts, reason=_reason(case)))


def receipt_paper(*, application_id: ApplicationId) -> Receipt:
    """The receipt for the papers (CA-10.C1), and once it is done, what was revoked and published.

    Raises NoPaper.
    """
    case = Application.objects.filter(id=application_id, kind=Kind.REVOCATION).first()
    accepted = case.passages.filter(action=Step.ACCEPT).first() if case else None
    if case is None or accepted is None:
        raise NoPaper
    with speaking(case.language):
        taken = [str(all_papers()[paper].name) for paper in case.papers if paper in all_papers()]
        pdf = forms.receipt(
            facts=_facts(case, accepted.left_at),
            papers=taken,
            reason=_reason(case),
            revoked_at=_when(case, Step.REVOKE),
            published_at=_when(case, Step.PUBLISH),
        )
    return Receipt(case.number or "", pdf)


def _refused(case: Application, text_id: str, *, at: datetime) -> Row:
    _advance(case, action=Step.FAIL, actor=Actor.AUTHORITY, at=at)
    row = case.process.row_for(state=case.state, action=Step.REFUSE_ORDER, actor=Actor.AUTHORITY)
    case.refusal = {"clause": row.clause, "text": text_id}
    return _advance(case, action=Step.REFUSE_ORDER, actor=Actor.AUTHORITY, at=at)


def _published(application_id: UUID, *, at: datetime) -> bool:
    with transaction.atomic():
        case = _locked(id=application_id, state=Stage.REVOKED)
        if case is None or not are_published([int(number, 16) for number in case.serial_numbers]):
            return False
        row = _advance(case, action=Step.PUBLISH, actor=Actor.AUTHORITY, at=at)
        if case.email:  # whoever did not come in person must learn that somebody did
            revoked_at = _when(case, Step.REVOKE) or at
            letters.send_revoked_in_person(case, numbers=_spelled(case), revoked_at=revoked_at, at=at)
        _record(case, "enrolment.revocation_published", row.clause, at=at, by_mail=bool(case.email))
    return True


def _facts(case: Application, at: datetime) -> forms.Facts:
    """Who, what, where, in the applicant's language."""
    received = case.passages.filter(action=Step.PRESENT).first()
    operator = operator_by_id(received.operator_id) if received and received.operator_id else None
    with speaking(case.language):
        return forms.Facts(
            language=case.language,
            number=numbers.shown(case.number or ""),
            applicant=names.in_full(case),
            iin=case.iin,
            certificates=tuple(map(in_words, chosen(application_id=ApplicationId(case.id)))),
            operator=operator.name if operator else "",
            office=office_of(case, operator.office if operator else ""),
            status_url=f"{settings.portal_origin}/{case.language}/order/status/",
            at=at,
        )


def _reason(case: Application) -> str:
    if not case.revocation_reason:
        return ""
    with speaking(case.language):
        return str(letters.reason_text(case.revocation_reason))


def _when(case: Application, step: Step) -> datetime | None:
    taken = case.passages.filter(action=step).first()
    return taken.left_at if taken else None


def _spelled(case: Application) -> tuple[str, ...]:
    return tuple(spelled(int(number, 16)) for number in case.serial_numbers)


def _record(case: Application, verb: str, clause: str, *, at: datetime, **facts: object) -> None:
    journal.record(
        verb=verb,
        clause=clause,
        subject=f"application:{case.id}",
        actor="authority",
        at=at,
        facts=facts,
        changed=changed_rows(case, at=at),
    )
