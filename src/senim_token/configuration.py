"""What the program is told by its owner: which origins may ask, which libraries reach tokens, which window.

A TOML file, by default ``~/.config/senim-token/senim-token.toml``; the command line has the last word.
"""

import os
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PORT = 24650
"""Pages have it in their content security policy (``SENIM_TOKEN_PORT``)."""
DEFAULT_PORTS = {"https": 443, "http": 80}
WINDOWS = ("pinentry-gtk-2", "pinentry-qt", "pinentry-gnome3", "pinentry-mac", "pinentry")
TERMINALS = ("pinentry-tty", "pinentry-curses", "pinentry")
FIELDS = {"origins": list, "modules": list, "port": int, "pinentry": str, "answer_within": int}


class NotUsable(ValueError):
    """The configuration cannot be used; the words are for the program's owner."""


@dataclass(frozen=True)
class Configuration:
    """``origins`` as browsers write them; ``answer_within`` in seconds, for each window."""

    origins: frozenset[str]
    modules: tuple[str, ...]
    pinentry: str
    port: int = PORT
    answer_within: int = 120


def default_file() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "senim-token" / "senim-token.toml"


def read(file: Path) -> dict[str, Any]:
    """Raises NotUsable. A file that is not there says nothing."""
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as wrong:
        raise NotUsable(f"{file} cannot be read: {wrong}") from wrong
    for name, value in said.items():
        if name not in FIELDS:
            raise NotUsable(f"{file}: nothing is called {name}; there is {', '.join(FIELDS)}")
        if type(value) is not FIELDS[name]:
            raise NotUsable(f"{file}: {name} is not a {FIELDS[name].__name__}")
    return said


def configuration(said: Mapping[str, Any]) -> Configuration:
    """Raises NotUsable where anything is missing without which nothing could be done."""
    origins = frozenset(origin(text) for text in said.get("origins", ()))
    if not origins:
        raise NotUsable(
            "no origin is allowed: name the pages that may ask, as --origin https://portal.example"
        )
    return Configuration(
        origins=origins,
        modules=_modules(said.get("modules", ())),
        pinentry=_pinentry(said.get("pinentry", "")),
        port=said.get("port", PORT),
        answer_within=said.get("answer_within", Configuration.answer_within),
    )


def origin(text: str) -> str:
    """An origin as browsers send it (RFC 6454 §6.2). Raises NotUsable.

    HTTP only on this computer: elsewhere anybody on the way could write the page.
    """
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as wrong:
        raise NotUsable(f"{text} is no origin: {wrong}") from wrong
    own = host in {"localhost", "127.0.0.1"} or host.endswith(".localhost")
    if parts.scheme not in DEFAULT_PORTS or not host or "*" in host or parts.path.strip("/") or parts.query:
        raise NotUsable(f"{text} is no origin: https://host or https://host:port is one")
    if parts.scheme == "http" and not own:
        raise NotUsable(f"{text}: without TLS anybody on the way could write the page")
    return f"{parts.scheme}://{host}" + ("" if port in {None, DEFAULT_PORTS[parts.scheme]} else f":{port}")


def _modules(paths: Iterable[str]) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(paths))
    if not given:
        raise NotUsable("no PKCS#11 library is named: --module /usr/lib/…/the-maker's-library.so")
    for path in given:
        if not Path(path).is_file():
            raise NotUsable(f"there is no PKCS#11 library {path}")
    return given


def _pinentry(given: str) -> str:
    """The program that shows the window: the named one, else the first that is installed."""
    graphic = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    names = (given,) if given else WINDOWS if graphic else TERMINALS
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise NotUsable(f"there is no window to type the PIN into: none of {', '.join(names)} is installed")
    return found
