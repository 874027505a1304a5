"""Places where tests kill the authority worker. Does nothing outside a sandbox told to crash."""

import os
import signal

from senim.settings import settings

POINTS = (
    "after_examination",
    "after_intent",
    "after_signature",
    "after_store",
    "after_settlement",
    "after_generation_files",
    "after_generation_record",
    "after_generation_shown",
)
"""Of issuing and publishing, in their order."""


def reached(point: str) -> None:
    """Die here, as if the power went, where ``SENIM_CRASH_AT`` names this point."""
    if settings.is_sandbox and os.environ.get("SENIM_CRASH_AT") == point:
        os.kill(os.getpid(), signal.SIGKILL)
