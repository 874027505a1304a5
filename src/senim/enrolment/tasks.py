"""What happens once the authority has settled an order. Enqueued by name, in its own transaction."""

from django.db import transaction
from django.utils import timezone

from senim import journal
from senim.certification import orders
from senim.certification.facts import OrderId
from senim.enrolment import letters
from senim.enrolment.advance import _advance, _locked, changed_rows, new_link
from senim.enrolment.attempts import forget_old
from senim.enrolment.process import Actor, Stage, Step
from senim.jobs import EVERY_TEN_MINUTES, reference, task


class OrderNotSettled(RuntimeError):
    """The task ran before the order was settled; it is tried again."""


@task("enrolment.order_settled", queue="enrolment", gives_up=False)
def order_settled(order: str) -> None:
    """CA-6.C3, then CA-6.P10 or CA-6.P11: the applicant is told by a letter that carries only a link.

    Run twice, it tells once: the second run finds the application past the step. Never given up: nobody else
    would tell an applicant who waits.
    """
    at = timezone.now()
    order_id = OrderId(reference(order))
    outcome = orders.outcome(order_id)
    if outcome.state == "pending":
        raise OrderNotSettled(order)
    with transaction.atomic():
        case = _locked(order_id=order_id)
        if case is None or case.state != Stage.CONFIRMED:
            return
        link, case.install_link_digest = new_link()
        if outcome.state == "issued":
            _advance(case, action=Step.VERIFY, actor=Actor.AUTHORITY, at=at)
            _advance(case, action=Step.ISSUE, actor=Actor.AUTHORITY, at=at)
            letters.send_install_link(case, link=link, at=at)
        else:
            case.refusal = {"clause": "CA-6.P10", "text": outcome.refusal_text_id}
            _advance(case, action=Step.FAIL, actor=Actor.AUTHORITY, at=at)
            _advance(case, action=Step.REFUSE_ORDER, actor=Actor.AUTHORITY, at=at)
            letters.send_refused_link(case, link=link, at=at)
        journal.record(
            verb="enrolment.order_settled",
            clause="CA-6.P11" if outcome.state == "issued" else "CA-6.P10",
            subject=f"application:{case.id}",
            actor="authority",
            at=at,
            facts={"order": order, "outcome": outcome.state},
            changed=changed_rows(case, at=at),
        )


@task("enrolment.sweep", queue="sweep", cron=EVERY_TEN_MINUTES)
def sweep_attempts(timestamp: int) -> None:  # noqa: ARG001
    forget_old(at=timezone.now())
