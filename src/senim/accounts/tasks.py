"""What accounts do by themselves."""

from django.utils import timezone

from senim.accounts.sweep import sweep
from senim.jobs import EVERY_TEN_MINUTES, task


@task("accounts.sweep", queue="sweep", cron=EVERY_TEN_MINUTES)
def sweep_accounts(timestamp: int) -> None:  # noqa: ARG001
    sweep(at=timezone.now())
