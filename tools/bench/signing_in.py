"""How fast people sign in: the verb beside its bare parts; and whole, over HTTP, beside a Django view that
writes one row.

Everything that can be had ready before is: the pages are fetched, the challenges signed, the codes sent. What
is measured is the answer to the form: judged, recorded, a session opened.
"""

import http.client
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from senim.runtime.database.postgres import Postgres
from senim.runtime.web import THREADS
from tools.bench import peers
from tools.bench.answering import loopback
from tools.bench.beside import run_beside
from tools.bench.measure import ROUNDS, CannotMeasure, Figure, Peer, side_by_side
from tools.demo.instance import Instance
from tools.demo.keys import from_file
from tools.demo.visitor import Visitor
from tools.ports import free_ports

WHO, VERBS, FORMS, VISITORS = "daniyar", 100, 120, 8
OF_THE_VERB, OVER_HTTP = 0.4, 0.6


@dataclass(frozen=True)
class Form:
    """A form as a browser sends it."""

    path: str
    headers: dict[str, str]
    body: bytes


def measure(here: Instance, _: Path) -> Iterator[Figure]:
    """Raises CannotMeasure."""
    yield _verb(here)
    with one_write(here) as peer:
        theirs = Peer(
            "a Django view that writes one row", lambda: posted(peer, [_write()] * 4 * FORMS), OVER_HTTP
        )
        yield from side_by_side(
            name="signing in by signature, over HTTP",
            unit="sign-ins/s",
            ours=lambda: posted(here.portal, _signatures(here)),
            peers=[theirs],
        )
        rounds = iter(range(0, FORMS * ROUNDS, FORMS))
        yield from side_by_side(
            name="signing in by a one-time password, over HTTP",
            unit="sign-ins/s",
            ours=lambda: posted(here.portal, _codes(here, next(rounds))),
            peers=[theirs],
        )


def _verb(here: Instance) -> Figure:
    said = json.loads(
        run_beside(
            here,
            "tools.bench.sign_in_verb",
            str(here.people),
            str(ROUNDS),
            str(VERBS),
            SENIM_PROCESS="portal",
        )
    )
    ours, bare = (statistics.median(column) for column in zip(*said, strict=True))
    ratio = round(ours / bare, 3)
    name, peer = "the verb of signing in by signature", "three verifications and the same SQL, bare"
    return Figure(
        name, round(ours, 1), "sign-ins/s", peer, round(bare, 1), ratio, OF_THE_VERB, ratio >= OF_THE_VERB
    )


def _signatures(here: Instance) -> list[Form]:
    signer = from_file(here.people / f"{WHO}-auth.p12", here.password(WHO))
    ready = []
    for _ in range(FORMS):
        visitor = Visitor(here.portal)
        form = visitor.get("/kk/sign-in/").form(having="data-sign")
        filled = {**form.fields, "signature": signer.sign(form.attributes["data-content"])}
        ready.append(_form("/kk/sign-in/", here.portal, dict(visitor.client.cookies), filled))
    return ready


def _codes(here: Instance, first: int) -> list[Form]:
    said = run_beside(here, "tools.bench.codes", str(first), str(FORMS), SENIM_PROCESS="portal")
    return [_form("/kk/sign-in/code/", here.portal, one["cookies"], one["form"]) for one in json.loads(said)]


def _write() -> Form:
    token = "x" * 32
    fields = {"who": "0" * 12, "csrfmiddlewaretoken": token}
    return _form("/sign-in/", "http://localhost", {"csrftoken": token}, fields)


def _form(path: str, origin: str, cookies: dict[str, str], fields: dict[str, str]) -> Form:
    headers = {
        "Host": urlsplit(origin).netloc,
        "Origin": origin,
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    return Form(path, headers, urlencode(fields).encode())


def posted(origin: str, forms: Sequence[Form]) -> float:
    """Forms a second that were taken, sent by several visitors at once. Raises CannotMeasure."""
    refused: list[int] = []
    visitors = [
        threading.Thread(target=_post, args=(loopback(origin), forms[place::VISITORS], refused.append))
        for place in range(VISITORS)
    ]
    began = time.perf_counter()
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    seconds = time.perf_counter() - began
    if refused:
        raise CannotMeasure(f"{len(refused)} of {len(forms)} forms were refused, with {set(refused)}")
    return len(forms) / seconds


def _post(origin: str, forms: Sequence[Form], refuse: Callable[[int], object]) -> None:
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=60)
    for form in forms:
        connection.request("POST", form.path, form.body, form.headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.client.FOUND:
            refuse(answer.status)
    connection.close()


@contextmanager
def one_write(here: Instance) -> Iterator[str]:
    """The peer, served as the portal is, on the same database server. Raises CannotMeasure."""
    [port] = free_ports(1)
    command = [
        *(Path(sys.executable).parent / "granian", "--interface", "wsgi", "--workers", "1", "--no-ws"),
        *("--blocking-threads", str(THREADS["portal"]), "--host", "127.0.0.1", "--port", str(port)),
        *("--log-level", "error", "tools.bench.one_write:application"),
    ]
    home = here.people.parent.parent
    where = {
        "SENIM_BENCH_DATABASE": Postgres(home, output=subprocess.DEVNULL).url(),
        "PGPASSWORD": (home / "secrets" / "database").read_text(encoding="utf-8").strip(),
        "PYTHONPATH": ".",
    }
    url = f"http://127.0.0.1:{port}"
    with peers.serving(command, f"{url}/", environment=where, folder=Path.cwd()):
        yield url
