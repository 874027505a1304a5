"""What happens once the authority has settled an order. Enqueued by name, in its own transaction."""

import logging

from django.db import transaction
from django.utils import timezone

from senim import journal
from senim.certification import orders
from senim.certification.facts import OrderId
from senim.enrolment import letters
from senim.enrolment import revocation_in_person_outcome as in_person
from senim.enrolment.advance import _advance, _locked, changed_rows, new_link
from senim.enrolment.attempts import forget_old
from senim.enrolment.kinds import Kind
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Stage, Step
from senim.enrolment.revocation_outcome import tell_of_published
from senim.jobs import EVERY_TEN_MINUTES, enqueue, reference, task
from senim.operators.issuing import awaited, settled

log = logging.getLogger(__name__)


class OrderNotSettled(RuntimeError):
    """The task ran before the order was settled; it is tried again."""


@task("enrolment.order_settled", queue="enrolment", gives_up=False)
def order_settled(order: str) -> None:
    """The applicant is told by a letter that carries only a link: CA-6.C3, then CA-6.P10 or CA-6.P11.

    Of a reissue CA-7.C2, then CA-7.P7 or CA-7.P8.
    Run twice, it tells once: the second run finds the application past the step. Never given up: nobody else
    would tell an applicant who waits.
    """
    at = timezone.now()
    order_id = OrderId(reference(order))
    outcome = orders.outcome(order_id)
    if outcome.state == "pending":
        raise OrderNotSettled(order)
    if settled(order_id=order_id, outcome=outcome, at=at):  # an operator's own certificates
        return
    with transaction.atomic():
        case = _locked(order_id=order_id)
        if case is None or case.state != Stage.CONFIRMED:
            return
        link, case.install_link_digest = new_link()
        if outcome.state == "issued":
            _advance(case, action=Step.VERIFY, actor=Actor.AUTHORITY, at=at)
            row = _advance(case, action=Step.ISSUE, actor=Actor.AUTHORITY, at=at)
            if case.kind != Kind.CARD:  # the desk writes them onto the card
                letters.send_install_link(case, link=link, at=at)
        else:
            _advance(case, action=Step.FAIL, actor=Actor.AUTHORITY, at=at)
            row = case.process.row_for(state=case.state, action=Step.REFUSE_ORDER, actor=Actor.AUTHORITY)
            case.refusal = {"clause": row.clause, "text": outcome.refusal_text_id}
            _advance(case, action=Step.REFUSE_ORDER, actor=Actor.AUTHORITY, at=at)
            letters.send_refused_link(case, link=link, at=at)
        journal.record(
            verb="enrolment.order_settled",
            clause=row.clause,
            subject=f"application:{case.id}",
            actor="authority",
            at=at,
            facts={"order": order, "outcome": outcome.state},
            changed=changed_rows(case, at=at),
        )


@task("enrolment.orders_settled", queue="enrolment", gives_up=False)
def orders_settled(orders: list[str]) -> None:
    """The same for orders published together. One that fails becomes a job of its own, and holds up none."""
    for order in _awaited(orders):
        try:
            order_settled(order)
        except Exception:
            log.exception("what follows from order %s failed; it is tried alone", order)
            enqueue("enrolment.order_settled", queue="enrolment", order=order)


def _awaited(orders: list[str]) -> list[str]:
    """Those that an application waits for."""
    ids = [reference(order) for order in orders]
    waiting = Application.objects.filter(order_id__in=ids, state=Stage.CONFIRMED)
    wanted = {*waiting.values_list("order_id", flat=True), *awaited(ids)}
    return [str(one) for one in ids if one in wanted]


@task("enrolment.revocations_published", queue="enrolment", gives_up=False)
def revocations_published() -> None:
    """CA-8.P3b, CA-10.T9: revocations are published; whoever asked for one of them is told (CA-8.P3a)."""
    tell_of_published(at=timezone.now())
    in_person.tell_of_published(at=timezone.now())


@task("enrolment.revocation_order_settled", queue="enrolment", gives_up=False)
def revocation_order_settled(order: str) -> None:
    """CA-10.T7, then CA-10.T8 or CA-10.T9; the list may have been quicker than this task."""
    in_person.settled(order_id=reference(order), at=timezone.now())
    in_person.tell_of_published(at=timezone.now())


@task("enrolment.sweep", queue="sweep", cron=EVERY_TEN_MINUTES)
def sweep_attempts(timestamp: int) -> None:  # noqa: ARG001
    forget_old(at=timezone.now())
