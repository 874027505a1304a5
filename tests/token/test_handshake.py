"""Who is let in, what is no message, and what the owner can write into the configuration."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import TokenFlag
from tests.guards.sources import SOURCE
from tests.loops import run
from tests.softhsm import MODULE
from tests.token.program import ORIGIN, Page, Running, Window, environment, running

from senim_token import configuration, pinentry, tokens
from senim_token.configuration import NotUsable
from senim_token.program import main
from senim_token.states import NotDone, State

PERSON = {"name": "A", "iin": "940308400123"}

LISTENS = "0A"  # in /proc/net/tcp


def handshake(port: int, *lines: str, path: str = "/") -> str:
    """The status line a browser would get."""
    fixed = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    said = "\r\n".join((f"GET {path} HTTP/1.1", *lines, *fixed, key, "", ""))
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(said.encode())
        return connection.recv(200).split(b"\r\n")[0].decode()


class TestTheDoor:
    def test_it_opens_to_an_allowed_origin_under_this_computers_own_names(self, program: Running) -> None:
        for name in ("127.0.0.1", "localhost"):
            said = handshake(program.port, f"Host: {name}:{program.port}", f"Origin: {ORIGIN}")
            assert said.startswith("HTTP/1.1 101")

    @pytest.mark.parametrize(
        "origin",
        [
            "https://portal.test.evil.example",
            "https://portal.test:8443",
            "http://portal.test",
            "https://PORTAL.test",
            "null",
            "*",
        ],
    )
    def test_it_stays_shut_to_every_other_origin(self, program: Running, origin: str) -> None:
        said = handshake(program.port, f"Host: 127.0.0.1:{program.port}", f"Origin: {origin}")
        assert said.startswith("HTTP/1.1 403")

    def test_it_stays_shut_without_an_origin_or_with_two(self, program: Running) -> None:
        host = f"Host: 127.0.0.1:{program.port}"
        assert handshake(program.port, host).startswith("HTTP/1.1 403")
        twice = handshake(program.port, host, f"Origin: {ORIGIN}", "Origin: https://evil.example")
        assert twice.startswith("HTTP/1.1 403")

    @pytest.mark.parametrize("host", ["portal.test", "127.0.0.1", "evil.example:{port}", "127.0.0.1:1"])
    def test_a_name_that_was_pointed_here_is_refused(self, program: Running, host: str) -> None:
        said = handshake(program.port, f"Host: {host.format(port=program.port)}", f"Origin: {ORIGIN}")
        assert said.startswith("HTTP/1.1 403")

    def test_there_is_one_address_only(self, program: Running) -> None:
        host = f"Host: 127.0.0.1:{program.port}"
        assert handshake(program.port, host, f"Origin: {ORIGIN}", path="/x").startswith("HTTP/1.1 403")

    def test_it_listens_on_the_loopback_interface_only(self, program: Running) -> None:
        listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
        rows = [line.split() for line in listening.splitlines()]
        here = {row[1] for row in rows if row[1].endswith(f":{program.port:04X}") and row[3] == LISTENS}
        assert here == {f"0100007F:{program.port:04X}"}


class TestMessages:
    @pytest.mark.parametrize(
        "message",
        [
            "",
            "no JSON",
            "[]",
            "null",
            "{}",
            '{"do": 1}',
            '{"do": "format_disk"}',
            '{"do": "certificates"}',
            '{"do": "make_keys", "token": "x", "name": "A"}',
            '{"do": "make_keys", "token": "x", "name": "A\\nIIN: 1", "iin": "1"}',
            '{"do": "make_keys", "token": "x", "name": "%s", "iin": "1"}' % ("A" * 201),
            '{"do": "sign", "token": "x", "certificate": "AA==", "content": ""}',
            '{"do": "sign", "token": "x", "certificate": "!", "content": "AA=="}',
            '{"do": "write", "token": "x", "certificates": "AA=="}',
            '{"do": "write", "token": "x", "certificates": []}',
            "[" * 100_000,
        ],
        ids=str.__len__,
    )
    def test_what_is_no_message_is_unreadable_and_the_page_can_go_on(self, page: Page, message: str) -> None:
        page.connection.send(message)
        assert json.loads(page.connection.recv(30))["not_done"] == "unreadable"
        assert page.done("tokens")["tokens"]

    def test_what_is_no_certificate_is_unreadable(self, page: Page) -> None:
        token = page.token()
        assert page.not_done("write", token=token, certificates=["AAAA"]) == "unreadable"
        assert page.not_done("sign", token=token, certificate="AAAA", content="AAAA") == "no-key"


class TestTheOwner:
    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("https://portal.kz", "https://portal.kz"),
            ("https://PORTAL.kz:443/", "https://portal.kz"),
            ("http://desk.localhost:8003", "http://desk.localhost:8003"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
        ],
    )
    def test_an_origin_is_read_as_browsers_send_it(self, typed: str, read: str) -> None:
        assert configuration.origin(typed) == read

    @pytest.mark.parametrize(
        "typed",
        [
            "*",
            "https://*",
            "https://*.kz",
            "portal.kz",
            "http://portal.kz",
            "https://portal.kz/page",
            "file:///",
        ],
    )
    def test_what_would_let_strangers_in_is_no_origin(self, typed: str) -> None:
        with pytest.raises(NotUsable):
            configuration.origin(typed)

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("origins = 'https://a.kz'", "origins is not a list"),
            ("colour = 'red'", "nothing is called colour"),
            ("port = ", "cannot be read"),
            ("", "no origin is allowed"),
            ("origins = ['https://a.kz']", "no PKCS#11 library is named"),
            ("origins = ['https://a.kz']\nmodules = ['/nowhere.so']", "there is no PKCS#11 library"),
            (
                f"origins = ['https://a.kz']\nmodules = ['{MODULE}']\npinentry = '/no/window'",
                "no window to type the PIN into",
            ),
        ],
    )
    def test_a_file_that_cannot_be_used_is_said_in_a_sentence(
        self, tmp_path: Path, written: str, said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "senim-token.toml").write_text(written)
        assert main(["--config", str(tmp_path / "senim-token.toml")]) == 2
        assert said in capsys.readouterr().err

    def test_the_check_says_what_is_there(self, program: Running, folder: Path) -> None:
        command = [sys.executable, "-m", "senim_token.program", "--check", "--origin", ORIGIN]
        command += ["--module", MODULE, "--pinentry", str(program.window.program)]
        ended = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60)
        assert ended.returncode == 0
        assert "token: ours (SoftHSM project), ready" in ended.stdout
        assert ORIGIN in ended.stdout

    def test_the_command_says_what_to_install_where_its_libraries_are_not(self) -> None:
        asked = f"import sys; sys.path.insert(0, {str(SOURCE)!r}); from senim_token import entry; "
        asked += "sys.exit(entry.main())"
        ended = subprocess.run([sys.executable, "-I", "-S", "-c", asked], capture_output=True, text=True)
        assert ended.returncode == 2
        assert 'pip install "senim[token]"' in ended.stderr


def test_a_window_that_does_not_keep_its_own_time_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinentry, "GRACE_SECONDS", 0.5)
    window = Window(tmp_path / "window")
    window.will("silence")
    asking = pinentry.Pinentry(str(window.program), answer_within=0)
    with pytest.raises(NotDone) as reason:
        run(asking.pin(pinentry.Window("title", "text", "ok", "cancel")))
    assert reason.value.state is State.NO_ANSWER


def test_a_window_that_cannot_be_shown_is_a_reason(
    folder: Path, tmp_path: Path, free_ports: Callable[[int], list[int]]
) -> None:
    window = Window(tmp_path / "window")
    window.program.write_text("#!/bin/sh\nexit 1\n")
    with running(tmp_path, *free_ports(1), window=window) as program, program.page() as page:
        assert page.not_done("make_keys", token=page.token(), **PERSON) == "no-window"


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        (TokenFlag.USER_PIN_INITIALIZED, None),
        (TokenFlag.USER_PIN_INITIALIZED | TokenFlag.USER_PIN_LOCKED, State.PIN_LOCKED),
        (TokenFlag(0), State.PIN_NOT_SET),
    ],
    ids=["ready", "locked", "not set"],
)
def test_a_token_says_whether_its_pin_can_be_used(flags: TokenFlag, state: State | None) -> None:
    assert tokens._pin_state(flags) is state


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (pkcs11.PinLocked, State.PIN_LOCKED),
        (pkcs11.DeviceRemoved, State.TOKEN_AWAY),
        (pkcs11.TokenNotPresent, State.TOKEN_AWAY),
        (pkcs11.DeviceMemory, State.TOKEN_FULL),
        (pkcs11.GeneralError, State.TOKEN_FAILED),
    ],
)
def test_what_a_library_says_is_said_in_the_words_of_the_protocol(said: type, state: State) -> None:
    with pytest.raises(NotDone) as reason, tokens.reasons():
        raise said
    assert reason.value.state is state


def test_a_locked_token_is_not_asked_for_its_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    locked = tokens.Token("id", "ours", "maker", State.PIN_LOCKED, "", found=None)  # type: ignore[arg-type]
    reached = tokens.Tokens(())
    monkeypatch.setattr(reached, "listed", lambda: (locked,))
    assert locked.told()["state"] == "pin-locked"
    with pytest.raises(NotDone) as reason:
        reached.token("id")
    assert reason.value.state is State.PIN_LOCKED
