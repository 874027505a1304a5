"""A page and the program, without a browser: keys, certificates, signatures, and every reason why not."""

import base64
import hashlib
import json
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from pkcs11 import Attribute, ObjectClass
from tests.softhsm import MODULE, PIN, forget, pulled_out
from tests.token.program import Page, Running, encoded, until

from senim.pki import certificates, cms, requests
from senim.pki.certificates import Extension, Template
from senim.pki.keys import KeyAlgorithm, generate
from senim_token import shown

PERSON = {"name": "СӘРСЕНОВА АЙГЕРІМ", "iin": "940308400123"}
TEXT = "Өтініш: № 1234. Мәтін 100 % дұрыс.\nЕкінші жол."


def grouped(fingerprint: str) -> str:
    return " ".join(fingerprint[at : at + 4] for at in range(0, 64, 4))


def fingerprint(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()


def make_keys(program: Running, page: Page) -> dict[str, Any]:
    program.window.will(PIN, "ok")
    return page.done("make_keys", token=page.token(), **PERSON)


def certificate_for(public: Any) -> bytes:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, PERSON["name"]),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, "IIN" + PERSON["iin"]),
        ]
    )
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    at, serial = datetime.now(UTC), certificates.new_serial_number()
    says = (name, name, public, serial, at, at + timedelta(days=1), (Extension(usage, critical=True),))
    return certificates.build(Template(*says), key=generate(KeyAlgorithm.P256))


def public_key_info(public: Any) -> bytes:
    return bytes(
        public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


@pytest.fixture(scope="module")
def certificate(program_running: Running) -> bytes:
    """Of a key on the token, and written there, for which SoftHSM2 wants no PIN."""
    program = program_running
    with program.page() as page:
        request = base64.b64decode(make_keys(program, page)["sign"]["request"])
        made = certificate_for(requests.read(request).public_key)
        program.window.will()
        assert page.done("write", token=page.token(), certificates=[encoded(made)]) == {"written": 1}
    assert program.window.shown == []
    return made


def private_keys(folder: Path) -> int:
    forget()
    with pkcs11.lib(MODULE).get_token(token_label="ours").open(user_pin=PIN) as session:
        found = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
        assert all(key[Attribute.SENSITIVE] and not key[Attribute.EXTRACTABLE] for key in found)
        return len(found)


class TestKeys:
    def test_tokens_are_listed_with_their_state(self, page: Page) -> None:
        (token,) = page.done("tokens")["tokens"]
        assert (token["label"], token["maker"], token["state"]) == ("ours", "SoftHSM project", "ready")

    def test_they_are_made_on_the_token_and_cannot_be_taken_out(
        self, program: Running, page: Page, folder: Path
    ) -> None:
        before = private_keys(folder)
        made = make_keys(program, page)
        assert private_keys(folder) == before + 2
        assert set(made) == {"sign", "auth"}
        for purpose in made.values():
            request = requests.read(base64.b64decode(purpose["request"]))
            assert purpose["fingerprint"] == fingerprint(public_key_info(request.public_key))
        assert made["sign"]["fingerprint"] != made["auth"]["fingerprint"]

    def test_the_window_says_who_asks_for_what_and_shows_the_fingerprints(
        self, program: Running, page: Page
    ) -> None:
        made = make_keys(program, page)
        first, second = program.window.shown
        assert (first["asks"], second["asks"]) == ("GETPIN", "CONFIRM")
        for window in (first, second):
            for said in ("https://portal.test", PERSON["name"], PERSON["iin"], "ours"):
                assert said in window["SETDESC"]
        for purpose in made.values():
            assert grouped(purpose["fingerprint"]) in second["SETDESC"]

    def test_what_is_taken_back_leaves_no_keys(self, program: Running, page: Page, folder: Path) -> None:
        before = private_keys(folder)
        program.window.will(PIN, "cancel")
        assert page.not_done("make_keys", token=page.token(), **PERSON) == "cancelled"
        page.done("tokens")
        assert private_keys(folder) == before

    def test_a_certificate_is_written_beside_its_key_once(
        self, program: Running, page: Page, certificate: bytes
    ) -> None:
        for _ in range(2):
            page.done("write", token=page.token(), certificates=[encoded(certificate)])
        kept = page.done("certificates", token=page.token())["certificates"]
        assert kept.count(encoded(certificate)) == 1

    def test_a_certificate_of_another_key_is_not_written(self, page: Page) -> None:
        other = certificate_for(generate(KeyAlgorithm.P256).public_key())
        assert page.not_done("write", token=page.token(), certificates=[encoded(other)]) == "no-key"
        said = {"certificate": encoded(other), "content": encoded(TEXT.encode())}
        assert page.not_done("sign", token=page.token(), **said) == "no-key"


class TestSignatures:
    def sign(self, page: Page, certificate: bytes, content: bytes) -> dict[str, Any]:
        return {"token": page.token(), "certificate": encoded(certificate), "content": encoded(content)}

    def test_a_signature_is_one_as_browsers_make_it(
        self, program: Running, page: Page, certificate: bytes
    ) -> None:
        program.window.will(PIN)
        done = page.done("sign", **self.sign(page, certificate, TEXT.encode()))
        message = cms.read(base64.b64decode(done["signature"]))
        message.verify(TEXT.encode())
        assert message.signer_certificate == certificate
        assert message.content is None
        assert message.signing_time is not None
        assert abs(datetime.now(UTC) - message.signing_time) < timedelta(minutes=10)
        with pytest.raises(cms.CmsInvalid):
            message.verify(TEXT.encode() + b".")

    def test_the_window_shows_the_text_its_signer_and_the_key(
        self, program: Running, page: Page, certificate: bytes
    ) -> None:
        program.window.will(PIN)
        page.done("sign", **self.sign(page, certificate, TEXT.encode()))
        (window,) = program.window.shown
        key = grouped(fingerprint(public_key_info(x509.load_der_x509_certificate(certificate).public_key())))
        for said in ("https://portal.test", TEXT, PERSON["name"], PERSON["iin"], key):
            assert said in window["SETDESC"]

    def test_a_long_text_is_shown_whole_in_several_windows(
        self, program: Running, page: Page, certificate: bytes
    ) -> None:
        text = "\n".join(f"{line}. Ұзақ мәтіннің жолы, {line} %" for line in range(60))
        program.window.will(PIN)
        asked = self.sign(page, certificate, text.encode())
        page.done("sign", **asked)
        assert len(program.window.shown) > 3
        assert program.window.shown[-1]["asks"] == "GETPIN"
        parts = [words.split("\n\n", 1)[1] for words in program.window.words[:-1]]
        assert "".join(parts) == text

    def test_a_document_for_machines_is_shown_in_words_and_signed_as_it_is(
        self, program: Running, page: Page, certificate: bytes
    ) -> None:
        document = json.dumps({"decides": "admit", "system": "Ұялы банк", "shoe": ["a", ""]}).encode()
        program.window.will(PIN)
        done = page.done("sign", **self.sign(page, certificate, document))
        cms.read(base64.b64decode(done["signature"])).verify(document)
        (words,) = program.window.words
        said = ("Decision: Admit the system (admit)", "System: Ұялы банк", "Unknown field: shoe: a")
        assert "\n".join((*said, "Unknown field: shoe: Not given")) in words

    def test_a_name_in_a_document_begins_no_line_of_its_own(
        self, program: Running, page: Page, certificate: bytes
    ) -> None:
        document = json.dumps({"x\nDecision: Refuse": "y", "decides": "admit"}).encode()
        program.window.will(PIN)
        page.done("sign", **self.sign(page, certificate, document))
        decided = [line for line in program.window.words[-1].split("\n") if line.startswith("Decision")]
        assert decided == ["Decision: Admit the system (admit)"]

    def test_a_document_that_hides_something_is_shown_as_it_is_spelled(
        self, program: Running, page: Page, certificate: bytes
    ) -> None:
        document = b'{"system": "pay\\u202e001"}'
        program.window.will(PIN)
        page.done("sign", **self.sign(page, certificate, document))
        assert document.decode() in program.window.words[-1]

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("Pay 1 tenge." + "\n" * 100 + "And all you have.", id="out of sight below"),
            pytest.param("pay:" + "1" * 900, id="out of sight to the right"),
            pytest.param("pay\u00a0" * 200, id="nowhere to break a line"),
            pytest.param("Pay 1 tenge." + "x\t" * 200 + "And all you have.", id="pushed down by tabs"),
        ],
    )
    def test_no_window_is_larger_than_a_screen(
        self, program: Running, page: Page, certificate: bytes, text: str
    ) -> None:
        program.window.will(PIN)
        page.done("sign", **self.sign(page, certificate, text.encode()))
        for words in program.window.words:
            rows = [textwrap.wrap(line, shown.LETTERS_IN_A_ROW) or [""] for line in words.split("\n")]
            assert sum(map(len, rows)) <= shown.ROWS_AT_MOST
            assert max(map(len, words.replace("\n", " ").split(" "))) <= shown.LETTERS_IN_A_ROW
        parts = [words.split("\n\n", 1)[1] for words in program.window.words[:-1]]
        assert "".join(parts).replace("\n", "") == text.replace("\n", "")
        assert "".join(parts).count("\n") >= text.count("\n")

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"\xff\xfe", id="not text"),
            pytest.param(b" \n", id="nothing to read"),
            pytest.param("pay\u202e001".encode(), id="turned round"),
            pytest.param(b"pay\x08", id="a control character"),
            pytest.param(b"long " * 4000, id="too long"),
        ],
    )
    def test_what_cannot_be_shown_is_not_signed(
        self, program: Running, page: Page, certificate: bytes, content: bytes
    ) -> None:
        assert page.not_done("sign", **self.sign(page, certificate, content)) == "cannot-be-shown"
        assert program.window.shown == []


class TestWhyNot:
    @pytest.mark.parametrize(
        ("answer", "state"),
        [("1-2-3-4", "pin-wrong"), ("x", "pin-wrong"), ("cancel", "cancelled"), ("timeout", "no-answer")],
    )
    def test_it_is_said_and_the_next_try_can_succeed(
        self, program: Running, page: Page, answer: str, state: str
    ) -> None:
        program.window.will(answer)
        assert page.not_done("make_keys", token=page.token(), **PERSON) == state
        assert set(make_keys(program, page)) == {"sign", "auth"}

    def test_a_wrong_pin_is_remembered_in_the_next_window(self, program: Running, page: Page) -> None:
        program.window.will("1-2-3-4")
        page.not_done("make_keys", token=page.token(), **PERSON)
        program.window.will("cancel")
        page.not_done("make_keys", token=page.token(), **PERSON)
        assert program.window.shown[0]["SETERROR"] == "Take care: a wrong PIN was typed before."
        make_keys(program, page)

    def test_a_token_that_was_taken_out_is_away_until_it_is_back(
        self, program: Running, page: Page, folder: Path
    ) -> None:
        token = page.token()
        with pulled_out(folder):
            assert page.done("tokens") == {"tokens": []}
            for do, said in (("certificates", {}), ("make_keys", PERSON)):
                assert page.not_done(do, token=token, **said) == "token-away"
        assert page.token() == token
        make_keys(program, page)

    def test_a_page_that_is_closed_takes_its_window_and_its_keys_with_it(
        self, program: Running, folder: Path
    ) -> None:
        before = private_keys(folder)
        with program.page() as page:
            program.window.will(PIN, "silence")
            page.begin("make_keys", token=page.token(), **PERSON)
            until("the second window stands", lambda: len(program.window.shown) == 2)
        with program.page() as other:
            until("it is free again", lambda: "done" in other.ask("tokens"))
            assert private_keys(folder) == before
            make_keys(program, other)

    def test_two_pages_at_once_are_one_too_many(self, program: Running, page: Page) -> None:
        program.window.will("silence")
        page.begin("make_keys", token=page.token(), **PERSON)
        until("the window stands", lambda: program.window.shown)
        with program.page() as other:
            assert other.not_done("tokens") == "busy"
            page.connection.close()
            until("it is free again", lambda: "done" in other.ask("tokens"))

    def test_neither_pins_nor_people_are_written_anywhere(self, program: Running, page: Page) -> None:
        program.window.will("1-2-3-4")
        page.not_done("make_keys", token=page.token(), **PERSON)
        assert "PinIncorrect" in program.output
        for secret in ("1-2-3-4", PIN, PERSON["name"], PERSON["iin"]):
            assert secret not in program.output
