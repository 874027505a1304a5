"""senim-token as its owner starts it, with SoftHSM2 tokens and a window that answers as a test says."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.softhsm import MODULE
from websockets.sync.client import ClientConnection, connect

ORIGIN = "https://portal.test"
PATIENCE = 60.0
DOUBLE = Path(__file__).parent / "pinentry_double.py"


class Window:
    """The window of one program: what it answers, and what it was to show."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.program, self._answers, self._shown = (
            folder / name for name in ("pinentry", "answers.json", "shown.json")
        )
        self.program.write_text(f"#!{sys.executable}\n{DOUBLE.read_text()}")
        self.program.chmod(0o755)
        self.will()

    def will(self, *answers: str) -> None:
        """From now on it answers so; what was shown before is forgotten."""
        self._answers.write_text(json.dumps(answers))
        self._shown.write_text("[]")

    @property
    def shown(self) -> list[dict[str, str]]:
        with suppress(ValueError):  # it is being written
            return list(json.loads(self._shown.read_text()))
        return []

    @property
    def words(self) -> list[str]:
        return [window["SETDESC"] for window in self.shown]


class Running:
    """A program that listens."""

    def __init__(self, port: int, window: Window | str, output: Path) -> None:
        self.port, self._window, self._output = port, window, output

    @property
    def window(self) -> Window:
        assert isinstance(self._window, Window)
        return self._window

    @property
    def output(self) -> str:
        return self._output.read_text()

    @contextmanager
    def page(self, origin: str = ORIGIN) -> Iterator["Page"]:
        with connect(f"ws://127.0.0.1:{self.port}/", origin=origin, open_timeout=PATIENCE) as connection:
            assert json.loads(connection.recv(PATIENCE)) == {"program": "senim-token", "protocol": 1}
            yield Page(connection)


class Page:
    """What a page does."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def ask(self, do: str, **said: Any) -> dict[str, Any]:
        self.begin(do, **said)
        return dict(json.loads(self.connection.recv(PATIENCE)))

    def begin(self, do: str, **said: Any) -> None:
        self.connection.send(json.dumps({"id": 7, "do": do, "language": "en", **said}))

    def done(self, do: str, **said: Any) -> Any:
        answer = self.ask(do, **said)
        assert answer.get("id") == 7
        assert "done" in answer, answer
        return answer["done"]

    def not_done(self, do: str, **said: Any) -> str:
        answer = self.ask(do, **said)
        assert answer.get("id") == 7
        assert "not_done" in answer, answer
        return str(answer["not_done"])

    def token(self, label: str = "ours") -> str:
        (found,) = (one for one in self.done("tokens")["tokens"] if one["label"] == label)
        return str(found["token"])


@contextmanager
def running(
    folder: Path, port: int, *options: str, window: Window | str, origin: str = ORIGIN, display: str = ""
) -> Iterator[Running]:
    """``window`` is ours, or a real program that shows one; ``SOFTHSM2_CONF`` says where tokens are."""
    shows = window if isinstance(window, str) else str(window.program)
    said = {"--config": folder / "none.toml", "--origin": origin, "--module": MODULE, "--pinentry": shows}
    given = [part for name, value in (said | {"--port": port}).items() for part in (name, str(value))]
    output = folder / "output.txt"
    with output.open("wb") as terminal:
        started = subprocess.Popen(
            [sys.executable, "-m", "senim_token.program", *given, *options],
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
            env=environment() | ({"DISPLAY": display} if display else {}),
        )
    try:
        until("it listens", lambda: "listening" in output.read_text())
        yield Running(port, window, output)
    finally:
        started.terminate()
        started.wait(PATIENCE)


def environment() -> dict[str, str]:
    source = str(Path(__file__).parents[2] / "src")
    return {**os.environ, "PYTHONPATH": source, "XDG_CONFIG_HOME": "/nowhere"}


def until(what: str, true: Any) -> None:
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up, f"not so: {what}"
        time.sleep(0.02)


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
