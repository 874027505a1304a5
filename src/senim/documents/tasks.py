"""What documents do by themselves."""

from django.utils import timezone

from senim.documents.sweep import sweep
from senim.documents.views import close_to_system
from senim.jobs import EVERY_TEN_MINUTES, reference, task


@task("documents.sweep", queue="sweep", cron=EVERY_TEN_MINUTES)
def sweep_documents(timestamp: int) -> None:  # noqa: ARG001
    sweep(at=timezone.now())


@task("documents.system_stopped", queue="documents")
def system_stopped(system: str) -> None:
    close_to_system(reference(system), at=timezone.now())
