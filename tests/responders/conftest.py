"""The responders in this process, asked as granian asks them; and as the process they are."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from tests.loops import run


@dataclass
class Exchange:
    """One request as RSGI hands it over, and what was answered."""

    method: str
    path: str
    body: bytes = b""
    told_length: bool = True
    sent: dict[str, str] = field(default_factory=dict)
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    read: int = 0

    @property
    def scope(self) -> Any:
        length = {"content-length": str(len(self.body))} if self.told_length else {}
        return SimpleNamespace(method=self.method, path=self.path, headers={**length, **self.sent})

    async def __call__(self) -> bytes:
        self.read += len(self.body)
        return self.body

    async def __aiter__(self) -> Any:
        for start in range(0, len(self.body), 1024):
            part = self.body[start : start + 1024]
            self.read += len(part)
            yield part

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.content = status, dict(headers), body


class Asked:
    """The application, and how to ask it."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, method: str, path: str, body: bytes = b"", **how: Any) -> Exchange:
        exchange = Exchange(method, path, body, **how)
        run(self.application.__rsgi__(exchange.scope, exchange))
        return exchange


@pytest.fixture
def holder(authority: Any) -> Any:
    from tests.responders.asking import AIGERIM

    return authority.issue("individual_sign", **AIGERIM)


@pytest.fixture
def responders(authority: Any) -> Asked:
    """Showing a first generation."""
    from senim.responders.serve import responders
    from senim.settings import settings

    authority.publish()
    asked = Asked(responders(settings))
    asked.application.refresh()
    return asked


@pytest.fixture
def responders_process(authority: Any) -> Iterator[str]:
    """The responders as ``senim up`` starts them; their address."""
    from tests.responders.processes import ready, start

    from senim.settings import settings

    authority.publish()
    process: subprocess.Popen[bytes] = start()
    try:
        ready(process)
        yield settings.responders_origin
    finally:
        process.terminate()
        assert process.wait(30) == 0


Ask = Callable[..., Exchange]
