"""Portal, desk and partners over WSGI: granian in front, Django in a worker process behind it."""

import logging
import os
from collections.abc import Callable
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from senim.runtime import lan, log
from senim.runtime.supervision import lifeline
from senim.settings import settings

THREADS = {"portal": 8, "desk": 4, "partners": 4}
STOP_SECONDS = 8
THROUGH_OUR_LOG = {"loggers": {"_granian": {"propagate": True}, "granian.access": {"propagate": True}}}


def main() -> int:
    """Serve the door that SENIM_PROCESS names, until told to stop."""
    door = os.environ["SENIM_PROCESS"]
    with lan.listening(settings) as where:
        server = Granian(
            target=door,
            port=getattr(settings, f"{door}_port"),
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=THREADS[door],
            workers_kill_timeout=STOP_SECONDS,
            websockets=False,
            log_dictconfig=THROUGH_OUR_LOG,
            log_level=LogLevels.error,
            **where,
        )
        server.serve(target_loader=worker_of(os.getpid(), door), wrap_loader=False)
    return 0


def worker_of(server: int, door: str) -> Callable[[], Any]:
    def application() -> Any:
        """Runs in the worker that granian forks: it must not outlive the server."""
        lifeline.die_with(server)
        log.configure({"process": door})
        django.setup(set_prefix=False)
        handler = WSGIHandler()
        logging.getLogger("senim.runtime").info("serving")
        return handler

    return application
