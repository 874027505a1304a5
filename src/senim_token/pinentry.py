"""The program's own window: pinentry, over the Assuan protocol (GnuPG), one process for each question.

What a person types goes from the window into this process and from here into the token, and nowhere else.
"""

import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import dataclass

from senim_token.states import NotDone, State

LONGEST = 960
"""Bytes of a description as it is sent: a line of Assuan has at most 1000."""
CANCELLED = {99, 114, 198}  # GPG_ERR_CANCELED, GPG_ERR_NOT_CONFIRMED, GPG_ERR_FULLY_CANCELED
TIMED_OUT = 62
CODE = 0xFFFF
"""The low half of an error number is the reason; the rest says which program it came from."""
GRACE_SECONDS = 5


@dataclass(frozen=True)
class Window:
    """What a window says; every word is the person's language already."""

    title: str
    text: str
    ok: str
    cancel: str
    prompt: str = ""
    warning: str = ""


def escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def size(text: str) -> int:
    """Of a description, in bytes as it is sent."""
    return len(escaped(text).encode())


class Pinentry:
    """Asks one question after the other. ``answer_within`` in seconds."""

    def __init__(self, program: str, *, answer_within: int) -> None:
        self._program, self._answer_within = program, answer_within

    async def confirm(self, window: Window) -> None:
        """Raises NotDone: cancelled, no-answer, no-window."""
        await self._asked(window, "CONFIRM")

    async def pin(self, window: Window) -> str:
        """Raises NotDone: cancelled, no-answer, no-window."""
        return await self._asked(window, "GETPIN")

    async def _asked(self, window: Window, question: str) -> str:
        """Whatever happens, the window is gone afterwards: also when the page that asked is closed."""
        process = await self._started()
        try:
            async with asyncio.timeout(self._answer_within + GRACE_SECONDS):
                return await _conversation(process, [*self._lines(window), question])
        except TimeoutError:
            raise NotDone(State.NO_ANSWER) from None
        except (OSError, ValueError, asyncio.LimitOverrunError) as broken:
            raise NotDone(State.NO_WINDOW) from broken
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _started(self) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                self._program,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
        except OSError as missing:
            raise NotDone(State.NO_WINDOW) from missing

    def _lines(self, window: Window) -> list[str]:
        said = {
            "SETTITLE": window.title,
            "SETDESC": window.text,
            "SETPROMPT": window.prompt,
            "SETERROR": window.warning,
            "SETOK": window.ok,
            "SETCANCEL": window.cancel,
        }
        words = [f"{name} {escaped(text)}" for name, text in said.items() if text]
        return [*_terminal(), f"SETTIMEOUT {self._answer_within}", *words]


def _terminal() -> list[str]:
    """A pinentry without windows asks in the terminal the program was started from."""
    if not sys.stdin.isatty():
        return []
    return [
        f"OPTION ttyname={os.ttyname(sys.stdin.fileno())}",
        f"OPTION ttytype={os.environ.get('TERM', '')}",
    ]


async def _conversation(process: asyncio.subprocess.Process, lines: list[str]) -> str:
    """What the last line is answered with."""
    data = await _answer(process)
    for line in lines:
        assert process.stdin is not None  # noqa: S101 - for the type checker
        process.stdin.write(f"{line}\n".encode())
        await process.stdin.drain()
        data = await _answer(process)
    return data


async def _answer(process: asyncio.subprocess.Process) -> str:
    data = b""
    while True:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        word, _, rest = (await process.stdout.readline()).rstrip(b"\n").partition(b" ")
        if word == b"OK":
            return _unescaped(data)
        if word == b"D":
            data += rest
        elif word == b"ERR":
            raise _reason(rest)
        elif word not in {b"S", b"#"}:
            raise ValueError("not Assuan, or the window has gone")


def _reason(rest: bytes) -> NotDone:
    code = int(rest.split(b" ")[0]) & CODE
    if code == TIMED_OUT:
        return NotDone(State.NO_ANSWER)
    return NotDone(State.CANCELLED if code in CANCELLED else State.NO_WINDOW)


def _unescaped(data: bytes) -> str:
    head, *rest = data.split(b"%")
    return (head + b"".join(bytes.fromhex(part[:2].decode()) + part[2:] for part in rest)).decode()
