"""What happens by itself: operators whose day has come leave."""

from django.utils import timezone

from senim.jobs import EVERY_TEN_MINUTES, task
from senim.operators.leaving import dismiss_due


@task("operators.dismiss_due", queue="sweep", cron=EVERY_TEN_MINUTES)
def dismiss_those_due(timestamp: int) -> None:  # noqa: ARG001
    """CA-15.1f: certificates are revoked from the beginning of the day on which their owner leaves."""
    dismiss_due(at=timezone.now())
