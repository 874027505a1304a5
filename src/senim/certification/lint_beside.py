"""A linter in a process beside this one, so that certificates are linted while others are being made.

Whoever asks goes on and waits for the verdict later. It is another core at work and no other trust: the same
user, forked before the issuing key is opened. It ends when this process does. When it has died nothing is
issued, and this process ends too.
"""

import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from senim.certification.lint import LintFound, Verdict, findings

AT_ONCE = 8
"""Certificates are asked about together, so that the two processes do not wake each other for each."""
UNANSWERED_AT_MOST = 512
"""Verdicts are small: so many fit into the pipe, and neither side ever waits for the other to read."""


class LinterGone(RuntimeError):
    """The process beside us has ended. Nothing can be issued without it."""


@contextmanager
def beside() -> "Iterator[Beside]":
    """Start it before there are threads, connections or keys."""
    ours, theirs = multiprocessing.Pipe()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _answer(theirs)
    theirs.close()
    try:
        yield Beside(ours, pid)
    finally:
        ours.close()
        os.waitpid(pid, 0)


def _answer(questions: Connection) -> None:
    """Lint what is asked until nobody is there to ask. Does not return."""
    for number in (signal.SIGINT, signal.SIGTERM):  # both are for the process that asks
        signal.signal(number, signal.SIG_IGN)
    # Nearly everything here lives as long as the process; looking through it again and again takes a third.
    gc.freeze()
    gc.set_threshold(50_000)
    code = 1
    try:
        while True:
            questions.send([findings(certificate) for certificate in questions.recv()])
    except (EOFError, OSError):
        code = 0
    finally:
        os._exit(code)


class Beside:
    """Verdicts come in the order of the questions."""

    def __init__(self, pipe: Connection, pid: int) -> None:
        self._pipe, self.pid = pipe, pid
        self._asked = self._heard = 0
        self._unasked: list[bytes] = []
        self._verdicts: dict[int, tuple[str, ...]] = {}

    def __call__(self, certificate: bytes) -> Verdict:
        while self._asked - self._heard >= UNANSWERED_AT_MOST:
            self._hear()
        number, self._asked = self._asked, self._asked + 1
        self._unasked.append(certificate)
        if len(self._unasked) >= AT_ONCE:
            self._ask()
        return lambda: self._judge(number)

    def _ask(self) -> None:
        try:
            self._pipe.send(self._unasked)
        except OSError as gone:
            raise LinterGone from gone
        self._unasked = []

    def _judge(self, number: int) -> None:
        while number not in self._verdicts:
            self._hear()
        if found := self._verdicts.pop(number):
            raise LintFound(found)

    def _hear(self) -> None:
        if self._unasked:
            self._ask()
        try:
            said = self._pipe.recv()
        except (EOFError, OSError) as gone:
            raise LinterGone from gone
        self._verdicts |= enumerate(said, self._heard)
        self._heard += len(said)
