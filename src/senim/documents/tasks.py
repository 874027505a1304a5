"""What documents do by themselves."""

from django.utils import timezone

from senim.documents.sweep import sweep
from senim.jobs import EVERY_TEN_MINUTES, task


@task("documents.sweep", queue="sweep", cron=EVERY_TEN_MINUTES)
def sweep_documents(timestamp: int) -> None:  # noqa: ARG001
    sweep(at=timezone.now())
