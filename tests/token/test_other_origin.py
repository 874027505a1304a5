"""A page that is not of this computer: Chromium asks the person before it may speak to a program here.

A browser without windows answers the question with no. That the page counts as foreign is told to it by a
switch, since tests have no address but the loopback.
"""

import base64
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from playwright.sync_api import Browser, Playwright, expect
from tests.browser_units.stage import SCRIPTS, html
from tests.browsers import QUIET, shell_path
from tests.softhsm import PIN
from tests.token.program import Running, Window, encoded, running

from senim.pages.middleware import CONTENT_SECURITY_POLICY
from senim.pki import certificates, cms, requests
from senim.pki.certificates import Extension, Template
from senim.pki.keys import KeyAlgorithm, generate

PATIENCE_MS = 60_000
USAGES = {"auth": ExtendedKeyUsageOID.CLIENT_AUTH, "sign": ExtendedKeyUsageOID.EMAIL_PROTECTION}
NONE = "no-fitting-certificate"
RECEIVED: list[dict[str, list[str]]] = []
TEXT = "Мен осы мәтінге қол қоямын."
CASES = ("permission-denied", "program-away", "failed")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serves one page over TLS under a name that is nobody's."""
    folder = tmp_path_factory.mktemp("tls")
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    kept = ("-keyout", folder / "key.pem", "-out", folder / "own.pem", "-subj", "/CN=portal.test")
    subprocess.run(["openssl", *made, *kept], check=True, capture_output=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "own.pem", folder / "key.pem")
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://portal.test:{server.server_port}"
    server.shutdown()
    server.server_close()


class Pages(BaseHTTPRequestHandler):
    """The page with the form, and the scripts."""

    def do_GET(self) -> None:
        if self.path.endswith(".js"):
            self._answer((SCRIPTS / Path(self.path).name).read_bytes(), "text/javascript")
        elif self.path.startswith("/sign/"):
            self._answer(html(signing_form(int(self.path[6:])), "sign").encode(), "text/html; charset=utf-8")
        elif self.path[1:].isdigit():  # the port that the program listens on
            self._answer(html(form(int(self.path[1:])), "token").encode(), "text/html; charset=utf-8")

        else:
            self.send_error(404)

    def do_POST(self) -> None:
        RECEIVED.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self._answer(b"<h1>made</h1>", "text/html")

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY.replace("'self';", "'self' ws:;"))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def form(port: int) -> str:
    cases = "".join(f'<div data-case="{name}" hidden>{name}</div>' for name in CASES)
    return (
        f'<form method="post" action="/made" data-token-keys data-program="ws://127.0.0.1:{port}" '
        f'data-name="AIGERIM" data-iin="940308400123">{cases}<input type="hidden" name="request_sign">'
        '<input type="hidden" name="request_auth"><button>Make</button></form>'
    )


def signing_form(port: int) -> str:
    """As ``senim/signature.html`` has it."""
    cases = "".join(f'<div data-case="{name}" hidden>{name}</div>' for name in (*CASES, NONE))
    return (
        f'<form method="post" action="/made" data-sign data-purpose="sign" '
        f'data-now="{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}" '
        f'data-program="ws://127.0.0.1:{port}" data-content="{encoded(TEXT.encode())}">{cases}'
        '<input type="hidden" name="signature"><div data-device-keys></div>'
        '<input type="radio" name="key_from" value="file">'
        '<input type="radio" name="key_from" value="token" id="t">'
        '<input type="file" data-file><input type="password" data-password><button>Sign</button></form>'
    )


@pytest.fixture(scope="module")
def foreign(playwright: Playwright, origin: str) -> Iterator[Browser]:
    """Takes the page's server for one on the Internet."""
    place = origin.removeprefix("https://portal.test")
    told = (
        "--host-resolver-rules=MAP portal.test 127.0.0.1",
        f"--ip-address-space-overrides=127.0.0.1{place}=public",
    )
    browser = playwright.chromium.launch(executable_path=shell_path(), args=[*QUIET, *told])
    yield browser
    browser.close()


@pytest.fixture
def program(folder: Path, tmp_path: Path, origin: str, free_ports) -> Iterator[Running]:
    with running(tmp_path, *free_ports(1), window=Window(tmp_path / "window"), origin=origin) as started:
        yield started


def pressed(browser: Browser, origin: str, program: Running, *, allowed: bool):
    context = browser.new_context(ignore_https_errors=True)
    if allowed:
        context.grant_permissions(["local-network-access"], origin=origin)
    page = context.new_page()
    page.goto(f"{origin}/{program.port}")
    page.get_by_role("button", name="Make").click()
    return page


def signed(browser: Browser, origin: str, program: Running):
    context = browser.new_context(ignore_https_errors=True)
    context.grant_permissions(["local-network-access"], origin=origin)
    page = context.new_page()
    page.goto(f"{origin}/sign/{program.port}")
    page.locator("#t").check()
    page.get_by_role("button", name="Sign").click()
    return page


def test_a_person_who_says_no_reads_how_to_allow_it(foreign: Browser, origin: str, program: Running) -> None:
    page = pressed(foreign, origin, program, allowed=False)
    expect(page.locator('[data-case="permission-denied"]')).to_be_visible(timeout=PATIENCE_MS)
    assert program.window.shown == []
    page.context.close()


def test_a_person_who_says_yes_goes_on(foreign: Browser, origin: str, program: Running) -> None:
    program.window.will(PIN, "ok")
    page = pressed(foreign, origin, program, allowed=True)
    expect(page.get_by_role("heading", name="made")).to_be_visible(timeout=PATIENCE_MS)
    assert origin in program.window.words[0]
    page.context.close()


def test_a_program_that_does_not_run_is_another_matter(
    foreign: Browser, origin: str, program: Running, free_ports
) -> None:
    program.port = free_ports(1)[0]
    page = pressed(foreign, origin, program, allowed=True)
    expect(page.locator('[data-case="program-away"]')).to_be_visible(timeout=PATIENCE_MS)
    page.context.close()


def test_a_page_has_its_text_signed_with_the_fitting_certificate(
    foreign: Browser, origin: str, program: Running
) -> None:
    """The one for signatures, of two; before there is any, the page says so."""
    page = signed(foreign, origin, program)
    expect(page.locator('[data-case="no-fitting-certificate"]')).to_be_visible(timeout=PATIENCE_MS)
    program.window.will(PIN, "ok")
    with program.page(origin) as asking:
        made = asking.done("make_keys", token=asking.token(), name="AIGERIM", iin="940308400123")
        issued = {purpose: certificate(made[purpose]["request"], usage) for purpose, usage in USAGES.items()}
        asking.done("write", token=asking.token(), certificates=[encoded(der) for der in issued.values()])
    program.window.will(PIN)
    page.context.close()
    page = signed(foreign, origin, program)
    expect(page.get_by_role("heading", name="made")).to_be_visible(timeout=PATIENCE_MS)
    message = cms.read(base64.b64decode(RECEIVED[-1]["signature"][0]))
    message.verify(TEXT.encode())
    assert message.signer_certificate == issued["sign"]
    assert TEXT in program.window.words[0]
    page.context.close()


def certificate(request: str, usage: x509.ObjectIdentifier) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "AIGERIM")])
    at, public = datetime.now(UTC) - timedelta(minutes=1), requests.read(base64.b64decode(request)).public_key
    serial = certificates.new_serial_number()
    uses = (Extension(x509.ExtendedKeyUsage([usage]), critical=False),)
    says = Template(name, name, public, serial, at, at + timedelta(days=1), uses)
    return certificates.build(says, key=generate(KeyAlgorithm.P256))
