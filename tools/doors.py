"""What a test went through: the doors it asked, and the refusals raised in its own process.

``watch()`` puts listeners at the doors once a process; ``begin()`` and ``seen()`` stand around one test. A
door is written as ``portal POST order``, ``responders POST /ocsp``, ``senim journal verify``.
"""

import re
import sys
from collections.abc import Callable
from functools import cache, wraps
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

LANGUAGES = {"kk", "ru", "en"}
OF_RESPONDERS = {"ocsp", "crl", "ca", "tsa", "verify"}
_VARIABLE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_-]{24,}|\d{6,}")
_doors: set[str] = set()
_refusals: set[str] = set()


def begin() -> None:
    _doors.clear()
    _refusals.clear()


def seen() -> tuple[list[str], list[str]]:
    return sorted(_doors), sorted(_refusals)


@cache
def watch() -> None:
    """Listen from now on, for as long as this process lives."""
    _before("senim.errors", "Refused", "__init__", _refused)
    _before("django.core.handlers.base", "BaseHandler", "resolve_request", lambda *_: None, after=_page)
    _before("senim.responders.app", "Responders", "answer", lambda _, request: _status(request))
    _before(
        "httpx", "Client", "send", lambda _, request, **__: _asked(request.method, str(request.url), request)
    )
    _before("playwright.sync_api", "Browser", "new_context", lambda *_, **__: None, after=_browser)
    sys.addaudithook(_audit)


def _before(
    module: str,
    owner: str,
    name: str,
    listen: Callable[..., None],
    *,
    after: Callable[..., None] | None = None,
) -> None:
    holder = getattr(import_module(module), owner)
    original = getattr(holder, name)

    @wraps(original)
    def heard(*args: Any, **kwargs: Any) -> Any:
        listen(*args, **kwargs)
        answer = original(*args, **kwargs)
        if after is not None:
            after(answer, *args)
        return answer

    setattr(holder, name, heard)


def _refused(refusal: Any, **_: object) -> None:
    _refusals.add(f"{type(refusal).__name__} ({refusal.clause})")


def _page(match: Any, _: Any, request: Any) -> None:
    """``resolve_request`` answers with the match; the door is the room whose table the address stands in."""
    urls = getattr(request, "urlconf", None) or _root()
    door = urls.split(".")[1] if urls.startswith("senim.") else urls
    _doors.add(f"{door} {request.method} {match.view_name or match.route}")


def _root() -> str:
    return str(import_module("django.conf").settings.ROOT_URLCONF)


def _status(request: Any) -> None:
    _doors.add(f"responders {request.method} {_VARIABLE.sub('…', request.path)}")


def _asked(method: str, url: str, request: Any = None) -> None:
    """An address on the wire is a door's where it looks like one; the world outside is none of ours."""
    path = urlsplit(url).path
    first = path.split("/")[1] if path.startswith("/") else ""
    host = request.headers.get("host", "") if request is not None else urlsplit(url).netloc
    if first in LANGUAGES:
        door = "desk" if host.startswith("desk.") else "portal"
        _doors.add(f"{door} {method} {_VARIABLE.sub('…', path)}")
    elif first in OF_RESPONDERS:
        _doors.add(f"responders {method} {_VARIABLE.sub('…', path)}")


def _browser(context: Any, *_: Any) -> None:
    context.on("request", lambda request: _by_hand(request))


def _by_hand(request: Any) -> None:
    if request.resource_type in {"document", "fetch", "xhr"}:
        _asked(request.method, request.url)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen":
        _started([str(part) for part in arguments[1] or ()])
    elif event == "urllib.Request":
        _asked(arguments[3] or "GET", arguments[0])


def _started(command: list[str]) -> None:
    """One of ours: a command of ``senim``, one of its processes, or the demo."""
    for module, said in (
        ("senim.runtime.console.command_line", "senim"),
        ("senim.runtime.console.commands", "senim"),
        ("senim.runtime.supervision.child", "process"),
        ("tools.demo", "make demo"),
    ):
        if module in command:
            words = command[command.index(module) + 1 :]
            plain = [word for word in words if re.fullmatch(r"[a-z]+", word)]
            _doors.add(" ".join([said, *plain[:2]]))
