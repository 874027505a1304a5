"""One process of the instance as its supervisor sees it: started, ready, ended, started again."""

import http.client
import logging
import os
import signal
import ssl
import subprocess
import sys
import time
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from senim import pulse
from senim.runtime.database.postgres import ONE_ID, Postgres
from senim.runtime.isolation import belongings, handing
from senim.runtime.isolation.user_ids import UserIds
from senim.runtime.supervision import lifeline, ports
from senim.runtime.supervision.processes import DOOR, POSTGRES, Process
from senim.settings import Settings

LOG = logging.getLogger("senim.runtime")
FIRST_DELAY = 0.25
LONGEST_DELAY = 30.0
STABLE_AFTER = 30.0
"""Seconds: a process that ran this long has recovered, and the next delay is the first again."""
ANSWER_WITHIN = 2.0
LOOK_AT_PORT_EVERY = 1.0
NOT_AGAIN = os.EX_CONFIG
"""What a process ends with that cannot run as it is set up: starting it again changes nothing."""
ENDED_FIRST = 300
"""Of a thousand; PostgreSQL's own processes stay at nought."""


class State(StrEnum):
    """What a process does now."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    RESTARTING = "restarting"
    GIVEN_UP = "given up"
    STOPPED = "stopped"


class Child:
    """A process of the table."""

    stop_within = 10.0
    """Seconds from being asked to stop to being killed."""

    def __init__(
        self,
        process: Process,
        settings: Settings,
        environment: dict[str, str],
        *,
        output: int | None = None,
        ids: UserIds = ONE_ID,
    ) -> None:
        self.table, self.settings = process, settings
        self.name, self.needs = process.name, process.needs
        self.state = State.WAITING
        self.restarts = 0
        self.since = time.time()
        self.last_exit: int | None = None
        self._environment, self._output, self._ids = environment, output, ids
        self._popen: subprocess.Popen[bytes] | None = None
        self._ready_pipe: int | None = None
        self._started = 0.0
        self._failures = 0
        self.delay = 0.0
        self.due = 0.0
        """On the monotonic clock: not started again before."""
        self.heard_at = 0.0
        """On the monotonic clock: when it last gave a sign of life."""
        self.trouble = ""
        """What keeps it from running, in a person's words."""

    @property
    def pid(self) -> int | None:
        return self._popen.pid if self._popen else None

    def alive(self) -> bool:
        return self._popen is not None

    def start(self) -> None:
        """One that cannot be started now (no room, no memory) is tried again, like one that ended."""
        self._started = time.monotonic()
        try:
            belongings.settle(self.settings.home, self._ids)
            self._popen = self._spawn()
        except OSError as reason:
            LOG.error("%s cannot be started: %s", self.name, reason)  # noqa: TRY400
            self._ended(None)
            return
        self._offer_first()
        self._enter(State.STARTING)

    def _offer_first(self) -> None:
        """Where memory is exhausted the kernel ends this rather than PostgreSQL or the supervisor."""
        with suppress(OSError):
            Path(f"/proc/{self.pid}/oom_score_adj").write_text(f"{ENDED_FIRST}\n", encoding="ascii")

    def may_start_again(self) -> bool:
        """Not while somebody else holds its port: then that is said once, and looked at every second."""
        found = ports.taken(self.table, self.settings)
        said = found.said_for(self.name) if found else ""
        if said and said != self.trouble:
            LOG.error("%s", said)
        self.trouble = said
        if found:
            self.due = time.monotonic() + LOOK_AT_PORT_EVERY
        return found is None

    def heard(self) -> bool:
        """Whether a sign of life came over its descriptor since it was last asked."""
        with suppress(OSError, TypeError):
            return bool(os.read(self._ready_pipe, 65_536))  # type: ignore[arg-type]
        return False

    def look(self) -> bool:
        """See what has become of it; returns whether its state changed."""
        before = self.state
        if self._popen is not None and (code := self._popen.poll()) is not None:
            self._ended(code)
        elif self.state is State.STARTING:
            self._see_whether_ready()
        return self.state is not before

    def ask_to_stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self._popen is not None:
            with suppress(ProcessLookupError):
                self._popen.send_signal(number)

    def _see_whether_ready(self) -> None:
        if not self.table.once and self.is_ready():
            self.heard_at = time.monotonic()
            self._enter(State.READY)
        elif time.monotonic() - self._started > self.table.ready_within:
            self.ask_to_stop(signal.SIGKILL)

    def is_ready(self) -> bool:
        if self.table.port:
            return answers(self.table, self.settings)
        return self.heard()

    def _ended(self, code: int | None) -> None:
        self._popen, self.last_exit = None, code
        self._close_ready_pipe()
        if self.table.once and code == 0:
            self._enter(State.DONE)
            return
        if code == NOT_AGAIN:
            self.trouble = (
                f"{self.name} cannot run as it is set up; the log says why. Mend it, then start Senim again."
            )
            self._enter(State.GIVEN_UP)
            return
        now = time.monotonic()
        self._failures = 1 if now - self._started > STABLE_AFTER else self._failures + 1
        self.delay = min(FIRST_DELAY * 2 ** (self._failures - 1), LONGEST_DELAY)
        self.due = now + self.delay
        self.restarts += 1
        self._enter(State.RESTARTING)

    def _enter(self, state: State) -> None:
        self.state, self.since = state, time.time()

    def _spawn(self) -> subprocess.Popen[bytes]:
        environment = handing.environment_of(self.table, self._environment)
        kept: list[int] = []
        if self.table.secrets or self.table.role:
            url = self._environment.get("SENIM_DATABASE_URL", "")
            secrets = handing.secrets_of(self.table, home=self.settings.home, url=url)
            kept.append(handing.descriptor_with(secrets))
            environment |= handing.told(kept[-1])
        if not (self.table.port or self.table.once):
            self._ready_pipe, ready = os.pipe()
            for end in (self._ready_pipe, ready):
                os.set_blocking(end, False)
            kept.append(ready)
            environment[pulse.DESCRIPTOR] = str(ready)
        try:
            return subprocess.Popen(
                self._argv(),
                env=environment,
                pass_fds=kept,
                cwd="/" if self._steps else None,
                umask=0o022 if self._ids.apart else -1,
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=None if self._output is None else subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            for descriptor in kept:
                os.close(descriptor)

    @property
    def _steps(self) -> tuple[str, ...]:
        """To another user; what is run once makes files for several, and stays with whoever started Senim."""
        return () if self.table.once else self._ids.steps(self.name)

    def _argv(self) -> list[str]:
        own = [sys.executable, "-I", lifeline.__file__, str(os.getpid()), "SIGKILL", *self._steps, "--"]
        own += [sys.executable]
        if self.table.program:
            return [*own, "-m", self.table.entry]
        return [*own, "-m", "senim.runtime.supervision.child", self.name]

    def _close_ready_pipe(self) -> None:
        if self._ready_pipe is not None:
            os.close(self._ready_pipe)
            self._ready_pipe = None


class DatabaseServer(Child):
    """PostgreSQL, which is made, started and stopped in its own way."""

    stop_within = 30.0

    def __init__(self, server: Postgres, settings: Settings, ids: UserIds = ONE_ID) -> None:
        super().__init__(Process(POSTGRES, "", ready_within=600.0), settings, {}, ids=ids)
        self.server = server

    def is_ready(self) -> bool:
        return self.server.answers()

    def ask_to_stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """A fast shutdown; PostgreSQL's own SIGTERM would wait for every client to leave."""
        super().ask_to_stop(signal.SIGINT if number is signal.SIGTERM else number)

    def _offer_first(self) -> None:
        """Everybody needs it."""

    def _spawn(self) -> subprocess.Popen[bytes]:
        self.server.launch()
        return self.server.process


def answers(process: Process, settings: Settings) -> bool:
    """Does ``/healthz`` of this process answer 200 under its own name?"""
    return health(process, settings) == 200


def health(process: Process, settings: Settings) -> int | None:
    """The status of ``/healthz``; None where nobody answers."""
    address = "127.0.0.1" if settings.bind in {"0.0.0.0", "::", ""} else settings.bind  # noqa: S104
    connection = _connection(process, settings, address)
    host = f"{getattr(settings, process.host)}:{getattr(settings, process.port)}"
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def tls_of(process: Process, settings: Settings) -> ssl.SSLContext | None:
    """Doors for people speak TLS in ``--lan``; whose certificate it is matters to phones, not here."""
    if not settings.lan_address or process.entry != DOOR:
        return None
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _connection(process: Process, settings: Settings, address: str) -> http.client.HTTPConnection:
    port = getattr(settings, process.port)
    if context := tls_of(process, settings):
        return http.client.HTTPSConnection(address, port, timeout=ANSWER_WITHIN, context=context)
    return http.client.HTTPConnection(address, port, timeout=ANSWER_WITHIN)
