"""Finds processes that live but do not work: frozen, silent, swollen. They are killed, and so started again.

Looked at by the supervisor every few seconds; nothing here waits for anybody. Frozen is one that somebody
stopped (SIGSTOP), among all that a process started. Silent is one whose door answers nothing (``probe``), or
whose loop gives no sign of life (``senim.pulse``), for longer than the table allows it.
"""

import logging
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress

from senim.runtime.supervision import memory
from senim.runtime.supervision.children import Child, DatabaseServer, State, tls_of
from senim.runtime.supervision.probe import ANSWERS_ABOUT_TLS, ASKS_FOR_TLS, Probe, http_question
from senim.settings import Settings

LOG = logging.getLogger("senim.runtime")
WEIGHED_EVERY = 10.0
STOPPED = "T"


class Watch:
    """Over the children of one supervisor."""

    def __init__(self, children: Iterable[Child], settings: Settings) -> None:
        self._children, self._settings = list(children), settings
        self._probes = {child.name: probe for child in self._children if (probe := probe_of(child, settings))}
        self._stopped: set[int] = set()
        self._weighed = 0.0

    def look(self) -> None:
        working = [child for child in self._children if child.state is State.READY and child.pid]
        self._end_frozen([child for child in self._children if child.pid])
        now = time.monotonic()
        for child in working:
            self._listen(child, now)
        if now - self._weighed > WEIGHED_EVERY:
            self._weighed = now
            for child in working:
                self._weigh(child)

    def _end_frozen(self, working: list[Child]) -> None:
        """Stopped at this look and at the one before. The process itself, not what only depends on it."""
        families = memory.families()
        now = {pid: child for child in working for pid in families.of(child.pid or 0, in_state=STOPPED)}
        for pid in now.keys() & self._stopped:
            LOG.error("%s is frozen (process %d) and is replaced", now[pid].name, pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._stopped = set(now)

    def _listen(self, child: Child, now: float) -> None:
        probe = self._probes.get(child.name)
        if child.heard() or (probe and probe.answered()):
            child.heard_at = now
        elif now - child.heard_at > child.table.silent_at_most:
            self._end(child, f"gave no sign of life for {now - child.heard_at:.0f} s")

    def _weigh(self, child: Child) -> None:
        """PostgreSQL's sessions come and go by themselves, and its shared memory is everybody's."""
        at_most = self._settings.process_memory_at_most_mb
        if isinstance(child, DatabaseServer) or not at_most:
            return
        weight = memory.own_kilobytes(memory.descendants(child.pid or 0)) // 1024
        if weight > at_most:
            self._end(child, f"took {weight} MB of memory ({at_most} MB are allowed)")

    def _end(self, child: Child, why: str) -> None:
        LOG.error("%s %s and is replaced", child.name, why)
        if probe := self._probes.get(child.name):
            probe.forget()
        child.ask_to_stop(signal.SIGKILL)


def probe_of(child: Child, settings: Settings) -> Probe | None:
    if isinstance(child, DatabaseServer):
        return Probe(child.server.socket_file, ASKS_FOR_TLS, ANSWERS_ABOUT_TLS)
    if child.table.port:
        port = getattr(settings, child.table.port)
        address = "127.0.0.1" if settings.bind in {"0.0.0.0", "::", ""} else settings.bind  # noqa: S104
        question = http_question(f"{getattr(settings, child.table.host)}:{port}")
        return Probe((address, port), question, tls=tls_of(child.table, settings))
    return None
