"""Starts the processes of an instance in order, restarts those that end, and stops them all with itself.

One thread and one loop: it sleeps until a child ends, a signal comes or something is due. Everything it made
dies with it, even when it is killed (``lifeline``); what it did not make it never ends.
"""

import json
import logging
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from senim.runtime.supervision.children import Child, State
from senim.runtime.supervision.disk import Disk
from senim.runtime.supervision.watch import Watch
from senim.settings import Settings

LOG = logging.getLogger("senim.runtime")
GLANCE = 0.2
"""Seconds between looks while something starts or is due."""
IDLE_GLANCE = 2.0
STEP_ATTEMPTS = 3
SETTLED = {State.READY, State.DONE}
QUIET = SETTLED | {State.GIVEN_UP}


class StepFailed(RuntimeError):
    """A step that must be done before the doors open ended with an error."""


class Supervisor:
    """Runs children until told to stop. ``announce`` is called once, when all are ready."""

    def __init__(
        self, children: Iterable[Child], settings: Settings, *, state_file: Path, announce: Callable[[], None]
    ) -> None:
        self.children = list(children)
        self._watch, self._disk = Watch(self.children, settings), Disk(settings.home)
        self._looked = 0.0
        self._by_name = {child.name: child for child in self.children}
        self._state_file, self._announce = state_file, announce
        self._announced = False
        self._stopping = False
        self._selector = selectors.DefaultSelector()
        self._started_at = time.time()
        self._told: dict[str, object] = {}

    def run(self) -> None:
        """Run until SIGINT, SIGTERM or SIGHUP. Raises StepFailed; leaves nothing running either way."""
        self._listen_to_signals()
        try:
            while not self._stopping:
                self._turn()
        finally:
            self._stop_all()

    def listen(self, source: int, hear: Callable[[], None]) -> None:
        """Have ``hear`` called when the descriptor has something to read."""
        self._selector.register(source, selectors.EVENT_READ, hear)

    def _turn(self) -> None:
        changed = [child for child in self.children if child.look()]
        for child in changed:
            self._tell(child)
        for child in self.children:
            if self._may_start(child):
                child.start()
                changed.append(child)
        self._look_around()
        if changed or self._told != self._state():
            self._write_state()
        self._announce_once()
        self._sleep()

    def _may_start(self, child: Child) -> bool:
        if child.state not in {State.WAITING, State.RESTARTING} or time.monotonic() < child.due:
            return False
        if child.state is State.RESTARTING:
            return child.may_start_again()
        return all(self._is_there(name) for name in child.needs)

    def _is_there(self, name: str) -> bool:
        """PostgreSQL is nobody's child where another server is used."""
        return name not in self._by_name or self._by_name[name].state in SETTLED

    def _look_around(self) -> None:
        """Every few seconds: what lives and does not work, and whether there is room on the disk."""
        if time.monotonic() - self._looked < IDLE_GLANCE:
            return
        self._watch.look()
        if self._disk.look():
            for child in self.children:
                child.due = 0.0
        self._looked = time.monotonic()

    def _tell(self, child: Child) -> None:
        if child.state is State.READY:
            LOG.info("%s is ready", child.name)
        elif child.table.once and (child.state is State.GIVEN_UP or child.restarts >= STEP_ATTEMPTS):
            raise StepFailed(f"{child.name} failed; the lines above and the log say why")
        elif child.state is State.GIVEN_UP:
            LOG.error("%s", child.trouble)
        elif child.state is State.RESTARTING:
            LOG.warning(
                "%s ended (%s); starting it again in %.1f s", child.name, child.last_exit, child.delay
            )

    def _announce_once(self) -> None:
        if not self._announced and all(child.state in SETTLED for child in self.children):
            self._announced = True
            self._write_state()
            self._announce()

    def _sleep(self) -> None:
        quiet = all(child.state in QUIET for child in self.children)
        for key, _ in self._selector.select(IDLE_GLANCE if quiet else GLANCE):
            key.data()

    def _listen_to_signals(self) -> None:
        """Signals wake the loop through a socket, so that none is missed between two looks."""
        self._wake, wakened = socket.socketpair()
        for end in (self._wake, wakened):
            end.setblocking(False)
        signal.set_wakeup_fd(wakened.fileno(), warn_on_full_buffer=False)
        self._wakened = wakened
        self.listen(self._wake.fileno(), self._woken)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._told_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _woken(self) -> None:
        self._wake.recv(4096)

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _stop_all(self) -> None:
        """What nothing needs any more is told first; whoever does not end in time is killed."""
        LOG.info("stopping")
        asked: dict[str, float] = {}
        while any(child.alive() for child in self.children):
            for child in self.children:
                child.look()
                if child.alive() and not self._needed(child):
                    self._stop(child, asked)
            self._selector.select(0.05)
        for child in self.children:
            child.state = State.STOPPED
        self._write_state()
        LOG.info("stopped")

    def _needed(self, child: Child) -> bool:
        return any(other.alive() and child.name in self._all_needs(other) for other in self.children)

    def _all_needs(self, child: Child) -> set[str]:
        direct = {name for name in child.needs if name in self._by_name}
        return direct.union(*(self._all_needs(self._by_name[name]) for name in direct))

    def _stop(self, child: Child, asked: dict[str, float]) -> None:
        if child.name not in asked:
            asked[child.name] = time.monotonic()
            child.ask_to_stop()
        elif time.monotonic() - asked[child.name] > child.stop_within:
            LOG.warning("%s did not stop in %d s and is killed", child.name, child.stop_within)
            asked[child.name] = time.monotonic()
            child.ask_to_stop(signal.SIGKILL)

    def _write_state(self) -> None:
        """For ``senim status`` and for tests; replaced whole, never half written."""
        state, draft = self._state(), self._state_file.with_suffix(".draft")
        with suppress(OSError):  # without room it is written later
            self._state_file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(state, indent=2), encoding="utf-8")
            draft.rename(self._state_file)
            self._told = state

    def _state(self) -> dict[str, object]:
        troubles = [self._disk.trouble, *(child.trouble for child in self.children)]
        return {
            "supervisor": os.getpid(),
            "started_at": self._started_at,
            "ready": all(child.state in SETTLED for child in self.children),
            "troubles": [said for said in troubles if said],
            "processes": {child.name: _facts(child) for child in self.children},
        }


def _facts(child: Child) -> dict[str, object]:
    return {
        "state": str(child.state),
        "pid": child.pid,
        "restarts": child.restarts,
        "since": child.since,
        "last_exit": child.last_exit,
    }
