"""The responders in this process, asked without HTTP; and as the process they are."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

import pytest
from tests.loops import run


@dataclass
class Exchange:
    """What was answered."""

    status: int
    headers: dict[str, str]
    content: bytes


class Asked:
    """The application, and how to ask it."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(
        self, method: str, path: str, body: bytes = b"", *, sent: dict[str, str] | None = None
    ) -> Exchange:
        from senim.responders.exchange import Request
        from senim.responders.reading import BODY_AT_MOST_BYTES

        known = (sent or {}).get("if-none-match", "")
        request = Request(method, path, body, known, len(body) > BODY_AT_MOST_BYTES)
        status, head, content = run(answered(self.application, request))
        headers = dict(line.split(": ", 1) for line in head.decode("ascii").splitlines())
        return Exchange(status, headers, content)


async def answered(application: Any, request: Any) -> Any:
    answer = application.answer(request)
    return await answer if isawaitable(answer) else answer


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
