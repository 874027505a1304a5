"""Linters in processes beside this one, so that certificates are linted while others are being made.

Whoever asks goes on and waits for the verdict later. It is other cores at work and no other trust: the same
user, forked before the issuing key is opened. They end when this process does. When one has died nothing is
issued, and this process ends too.
"""

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from senim.certification.lint import LintFound, Verdict, findings

LINTERS = 2
"""Linting costs more than everything else; while it is done the database has nothing to do."""
AT_ONCE = 8
"""Certificates are asked about together, so that the processes do not wake each other for each; the two of
one order together, for they name the same person."""
UNANSWERED_AT_MOST = 512
"""Verdicts are small: so many fit into a pipe, and neither side ever waits for the other to read."""


class LinterGone(RuntimeError):
    """A process beside us has ended. Nothing can be issued without it."""


@contextmanager
def beside(count: int = LINTERS) -> "Iterator[Beside]":
    """Start them before there are threads, connections or keys."""
    with ExitStack() as running:
        yield Beside([running.enter_context(_one()) for _ in range(count)])


@dataclass(eq=False)
class One:
    """A linter, and the numbers of the certificates that it was asked about and has not answered."""

    pipe: Connection
    pid: int
    unanswered: deque[int] = field(default_factory=deque)


@contextmanager
def _one() -> Iterator[One]:
    ours, theirs = multiprocessing.Pipe()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _answer(theirs)
    theirs.close()
    try:
        yield One(ours, pid)
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
    """Verdicts of one linter come in the order of the questions; the linters are asked in turn."""

    def __init__(self, linters: Sequence[One]) -> None:
        self.linters = deque(linters)
        self._count = 0
        self._unasked: list[bytes] = []
        self._asked: dict[int, One] = {}
        self._verdicts: dict[int, tuple[str, ...]] = {}

    def __call__(self, certificate: bytes) -> Verdict:
        while len(self._asked) + len(self._unasked) >= UNANSWERED_AT_MOST:
            self._hear(next(iter(self._asked)))
        number, self._count = self._count, self._count + 1
        self._unasked.append(certificate)
        if len(self._unasked) >= AT_ONCE:
            self._ask()
        return lambda: self._judge(number)

    def _ask(self) -> None:
        one = self.linters[0]
        self.linters.rotate()
        try:
            one.pipe.send(self._unasked)
        except OSError as gone:
            raise LinterGone from gone
        numbers = range(self._count - len(self._unasked), self._count)
        one.unanswered.extend(numbers)
        self._asked |= dict.fromkeys(numbers, one)
        self._unasked = []

    def _judge(self, number: int) -> None:
        while number not in self._verdicts:
            self._hear(number)
        if found := self._verdicts.pop(number):
            raise LintFound(found)

    def _hear(self, number: int) -> None:
        if number not in self._asked:
            self._ask()
        one = self._asked[number]
        try:
            said = one.pipe.recv()
        except (EOFError, OSError) as gone:
            raise LinterGone from gone
        for found in said:
            answered = one.unanswered.popleft()
            self._verdicts[answered] = found
            del self._asked[answered]
