"""The jobs that empty the outbox, a queue for each channel: one that hangs does not hold up the other."""

from django.utils import timezone

from senim.jobs import DEFAULT_RETRIES, EVERY_TEN_MINUTES, reference, task
from senim.notices.delivery import deliver
from senim.notices.outbox import forget_settled

RETRIES = (*DEFAULT_RETRIES, *([3600] * 72))
"""Three days in all: by then a notice has given itself up."""


@task("notices.deliver_mail", queue="notices.mail", retry_seconds=RETRIES)
def deliver_mail(notice: str) -> None:
    deliver(notice_id=reference(notice), at=timezone.now())


@task("notices.deliver_sms", queue="notices.sms", retry_seconds=RETRIES)
def deliver_sms(notice: str) -> None:
    deliver(notice_id=reference(notice), at=timezone.now())


@task("notices.sweep", queue="sweep", cron=EVERY_TEN_MINUTES)
def sweep_notices(timestamp: int) -> None:  # noqa: ARG001
    forget_settled(at=timezone.now())
