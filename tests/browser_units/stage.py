"""A small host for one script at a time: pages written to browser/README.md, under the real policy.

Every request is kept, so that a test can look for what must never leave the browser.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from senim.pages.middleware import CONTENT_SECURITY_POLICY

SCRIPTS = Path(__file__).parents[2] / "src/senim/pages/static/senim/js"
TYPES = {".js": "text/javascript", ".wasm": "application/wasm", ".css": "text/css"}


@dataclass(frozen=True)
class Received:
    """One request as the host saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, str]:
        return {
            name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()
        }


Answer = str | bytes | dict[str, Any] | int
Answering = Answer | Callable[[Received], Answer]


@dataclass
class Stage:
    """What the host serves: path → HTML, JSON, a status, or a function of the request."""

    port: int = 0
    answers: dict[str, Answering] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def page(self, path: str, main: str, *scripts: str, worker: str = "", title: str = "Бет") -> str:
        """Put up a page and give its address."""
        self.answers[path] = html(main, *scripts, worker=worker, title=title)
        return self.origin + path

    def posts(self, path: str) -> list[Received]:
        return [one for one in self.received if one.method == "POST" and one.path == path]

    def asked(self, path: str) -> int:
        return sum(one.path == path for one in self.received)


def html(main: str, *scripts: str, worker: str = "", title: str = "Бет") -> str:
    loads = "".join(
        f'<script type="module" src="/static/senim/js/{name}.js"></script>' for name in ("app", *scripts)
    )
    register = f' data-worker="{worker}"' if worker else ""
    return (
        f'<!doctype html><html lang="kk"><head><meta charset="utf-8"><title>{title}</title>'
        f'<link rel="stylesheet" href="/static/senim/stage.css"></head>'
        f'<body data-error-prefix="Қате: "{register}><main>{main}</main>{loads}</body></html>'
    )


def serve(stage: Stage) -> ThreadingHTTPServer:
    """Start the host on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _answer(self, body: bytes) -> None:
            received = Received(
                self.command,
                urlsplit(self.path).path,
                {name.lower(): value for name, value in self.headers.items()},
                body,
            )
            stage.received.append(received)
            status, kind, content = found(stage, received)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
            self.send_header("X-Content-Type-Options", "nosniff")
            if kind.startswith(("text/html", "application/json")):
                self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stage.port = server.server_port
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def found(stage: Stage, received: Received) -> tuple[int, str, bytes]:
    """Status, type and body for this request."""
    if received.path == "/static/senim/stage.css":
        return 200, "text/css", b"[hidden]{display:none!important}"
    if received.path.startswith("/static/senim/js/") or received.path == "/worker.js":
        return script(received.path.rsplit("/", 1)[1])
    answer = stage.answers.get(received.path, 404)
    if callable(answer):
        answer = answer(received)
    if isinstance(answer, int):
        return answer, "text/html; charset=utf-8", b""
    if isinstance(answer, dict):
        return 200, "application/json", json.dumps(answer).encode()
    return 200, "text/html; charset=utf-8", answer if isinstance(answer, bytes) else answer.encode()


def script(name: str) -> tuple[int, str, bytes]:
    file = SCRIPTS / name
    if not file.is_file():
        return 404, "text/plain", b""
    return 200, TYPES[file.suffix], file.read_bytes()
