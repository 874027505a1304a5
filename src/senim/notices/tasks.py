"""The job that empties the outbox."""

from uuid import UUID

from django.utils import timezone

from senim.jobs import DEFAULT_RETRIES, task
from senim.notices.delivery import deliver

RETRIES = (*DEFAULT_RETRIES, *([3600] * 72))
"""Three days in all: by then a notice has given itself up."""


@task("notices.deliver", queue="notices", retry_seconds=RETRIES)
def deliver_notice(notice: str) -> None:
    deliver(notice_id=UUID(notice), at=timezone.now())
