"""How short codes, QR tokens and compared numbers are derived: figures fixed by known answers."""

import base64
import hashlib
import hmac
import re
import secrets
import uuid
from dataclasses import replace

import pytest

from senim.documents import codes
from senim.settings import settings

GRANT = uuid.UUID("0f6c9c0e-1d2f-4a4b-8a53-0c1f2e3d4b5a")
KEY = bytes(range(32))


@pytest.fixture(autouse=True)
def a_known_secret(monkeypatch):
    asked = []

    class Known:
        match_digits = 6

        @staticmethod
        def secret(name):
            asked.append(name)
            return KEY.hex()

    monkeypatch.setattr(codes, "settings", Known)
    return asked


def derived(purpose, counter):
    return hmac.digest(KEY, f"{purpose}:{GRANT}:{counter}".encode(), "sha256")


@pytest.mark.parametrize("counter", [0, 1, 77])
def test_a_code_is_six_digits_derived_from_grant_and_counter(counter):
    number = int.from_bytes(derived("code", counter), "big") % 1_000_000
    assert codes.code(GRANT, counter) == f"{number:06}"


def test_small_codes_keep_their_zeros():
    drawn = [codes.code(GRANT, counter) for counter in range(200)]
    assert {len(code) for code in drawn} == {6}
    assert any(code.startswith("0") for code in drawn)
    assert len(set(drawn)) > 190


def test_a_token_is_the_first_128_derived_bits_in_base32_without_padding():
    token = codes.token(GRANT, 3)
    assert token == base64.b32encode(derived("token", 3)[:16]).decode().rstrip("=")
    assert re.fullmatch(r"[A-Z2-7]{26}", token)
    assert base64.b32decode(token + "======") == derived("token", 3)[:16]


def test_only_keyed_digests_of_codes_are_kept():
    assert codes.code_digest("047114") == hmac.digest(KEY, b"digest of code:047114", "sha256")
    assert codes.code_digest("047114") != codes.code_digest("047115")


def test_a_token_is_recognised_however_a_camera_spells_it():
    token = codes.token(GRANT, 0)
    assert codes.token_digest(token.lower()) == codes.token_digest(token)
    assert codes.token_digest(token) == hashlib.sha256(token.encode()).digest()


def test_whoever_can_only_find_a_code_has_no_secret_to_make_one(a_known_secret):
    codes.code(GRANT, 0), codes.token(GRANT, 0)
    assert set(a_known_secret) == {"short-code"}
    a_known_secret.clear()
    codes.code_digest("000000")
    assert set(a_known_secret) == {"code-digest"}


@pytest.mark.parametrize(("drawn", "said"), [(0, "000000"), (42, "000042"), (999_999, "999999")])
def test_the_number_to_compare_has_all_its_digits(monkeypatch, drawn, said):
    bounds = []
    monkeypatch.setattr(secrets, "randbelow", lambda bound: bounds.append(bound) or drawn)
    assert codes.match_number() == said
    assert bounds == [1_000_000]


def test_the_length_of_the_number_is_a_setting(monkeypatch):
    monkeypatch.setattr(codes, "settings", replace(settings, match_digits=4))
    assert re.fullmatch(r"\d{4}", codes.match_number())
