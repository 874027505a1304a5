"""The token endpoint: one signed assertion, one token, for the system and the purposes of a decision."""

import hmac
import json
import logging
import threading
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from joserfc.jwk import ECKey, OKPKey, RSAKey
from tests.holders import TestAuthority
from tests.ordering import at_the
from tests.partnering import TOKEN, Partner, admitted_shop, admitted_system, official

from senim.accounts.models import SystemToken
from senim.accounts.systems import suspending
from senim.partners.token import endpoint
from senim.settings import settings


@pytest.fixture
def bank(world, authority) -> Partner:
    return admitted_system(world, authority)


def by_secret(claims, secret: bytes | None) -> str:
    """As libraries made it that took a public key for a shared secret, or needed none."""
    said = {"alg": "none" if secret is None else "HS256"}
    parts = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (said, claims))
    mac = b"" if secret is None else hmac.digest(secret, parts, "sha256")
    return (parts + b"." + urlsafe_b64encode(mac).rstrip(b"=")).decode()


def error(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


@pytest.mark.clause("DD-4a")
def test_an_admitted_system_gets_a_short_token_for_its_purposes(bank) -> None:
    answer = bank.ask_token()
    said = answer.json()
    assert (answer.status_code, said["token_type"], said["expires_in"]) == (200, "DPoP", 300)
    assert set(said["scope"].split()) == {"view", "present", "subscriber_number"}
    assert answer["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer


def test_the_token_itself_is_not_kept(bank) -> None:
    token = bank.token()
    kept = json.dumps(list(SystemToken.objects.values()), default=str)
    assert token not in kept


@pytest.mark.parametrize(
    ("make", "alg"),
    [
        (lambda: OKPKey.generate_key("Ed25519"), "Ed25519"),
        (lambda: RSAKey.generate_key(3072), "PS256"),
    ],
    ids=["Ed25519", "RSA"],
)
def test_other_kinds_of_keys_serve_as_well(world, authority, make, alg) -> None:
    partner = admitted_system(world, authority, key=make(), alg=alg)
    assert partner.get("/v1/me").status_code == 200


@pytest.mark.parametrize("nested", ["header", "claims"])
def test_a_token_nested_a_thousand_deep_is_no_token(db, nested) -> None:
    """Who sends it need not be anybody."""
    deep = urlsafe_b64encode(b"[" * 1500).rstrip(b"=").decode()
    header = urlsafe_b64encode(b'{"alg":"ES256"}').rstrip(b"=").decode()
    assertion = f"{deep}.e30.AA" if nested == "header" else f"{header}.{deep}.AA"
    answer = Partner("").ask_token(assertion=assertion, proof=assertion)
    assert error(answer) == (401, "invalid_client")


@pytest.mark.parametrize("name", ["jti", "exp"])
def test_half_a_character_is_no_text_and_a_number_beyond_all_numbers_no_time(bank, name) -> None:
    claims: dict[str, object] = {"jti": "\ud800", "exp": 10**400}
    answer = bank.ask_token(assertion=bank.assertion(**{name: claims[name]}))
    assert error(answer) == (401, "invalid_client")


@pytest.mark.clause("DD-4a")
def test_no_decision_no_token(bank) -> None:
    stranger = Partner("00000000-0000-4000-8000-000000000000")
    assert error(stranger.ask_token()) == (401, "invalid_client")


def test_a_system_that_is_not_there_is_answered_as_one_with_another_key(bank) -> None:
    stranger = Partner("00000000-0000-4000-8000-000000000000")
    thief = Partner(bank.client_id)
    one, other = stranger.ask_token(), thief.ask_token()
    assert (one.status_code, one.json()) == (other.status_code, other.json())
    assert error(other) == (401, "invalid_client")


def test_an_assertion_is_for_us_and_for_nobody_else(bank) -> None:
    both = [settings.partners_origin, "https://elsewhere.example"]
    for aud in ("https://elsewhere.example", None, 7, ["a", "b"], both):
        assert error(bank.ask_token(assertion=bank.assertion(aud=aud))) == (401, "invalid_client"), aud
    for aud in (endpoint(), [settings.partners_origin]):
        assert bank.ask_token(assertion=bank.assertion(aud=aud)).status_code == 200


def test_an_assertion_out_of_its_time_or_without_a_number_is_refused(bank) -> None:
    now = int(timezone.now().timestamp())
    for change in (
        {"exp": now - 1},
        {"exp": now + 3600},
        {"exp": None},
        {"exp": "soon"},
        {"iat": now + 3600},
        {"nbf": now + 3600},
        {"jti": None},
        {"jti": "x" * 300},
    ):
        assert error(bank.ask_token(assertion=bank.assertion(**change))) == (401, "invalid_client"), change


def test_the_algorithm_is_the_keys_and_not_what_the_token_says(bank) -> None:
    now = int(timezone.now().timestamp())
    claims = {
        "iss": bank.client_id,
        "sub": bank.client_id,
        "aud": settings.partners_origin,
        "exp": now + 60,
        "jti": "confused",
    }
    for forged in (by_secret(claims, bank.key.as_pem(private=False)), by_secret(claims, None)):
        assert error(bank.ask_token(assertion=forged)) == (401, "invalid_client")


def test_somebody_elses_key_in_the_header_proves_nothing(bank) -> None:
    stranger = ECKey.generate_key("P-256")
    assert error(bank.ask_token(proof=bank.proof("POST", TOKEN, key=stranger))) == (400, "invalid_dpop_proof")


def test_without_a_proof_there_is_no_token(bank) -> None:
    for proof in ("", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "\u00e9", "x" * 10_000):
        assert error(bank.ask_token(proof=proof)) == (400, "invalid_dpop_proof"), proof


@pytest.mark.clause("DD-4b")
def test_a_purpose_the_decision_does_not_name_is_refused(world, authority) -> None:
    shop = admitted_shop(world, authority)
    for scope in ("present", "view subscriber_number", "everything", "view\u00a0present"):
        assert error(shop.ask_token(scope=scope)) == (400, "invalid_scope")
    assert shop.ask_token(scope="view").json()["scope"] == "view"


@pytest.mark.clause("DD-4a")
def test_a_suspended_system_gets_no_token(bank, world, authority) -> None:
    who = official(world, authority).official
    suspending.suspend(system_id=bank.client_id, reason="A key was copied", official=who, at=timezone.now())
    assert error(bank.ask_token()) == (400, "unauthorized_client")


@pytest.mark.clause("DD-4a")
def test_an_admission_ends_with_its_term(world, authority, time_machine) -> None:
    day = timezone.localdate()
    partner = admitted_system(world, authority, expires_on=day)
    assert partner.ask_token().status_code == 200
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert error(partner.ask_token()) == (400, "unauthorized_client")


def test_the_reason_is_said_in_the_asked_language(bank) -> None:
    said = {}
    for code in ("kk", "ru", "en"):
        answer = Partner(bank.client_id).browser.post(
            TOKEN,
            "grant_type=client_credentials&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:"
            "jwt-bearer&client_assertion=x",
            content_type="application/x-www-form-urlencoded",
            headers={"Accept-Language": code},
        )
        said[code] = answer.json()["title"]
        assert answer.json()["error_description"].isascii()
    assert len(set(said.values())) == 3


def test_what_is_no_token_request_is_answered_so(db) -> None:
    form = "application/x-www-form-urlencoded"
    for body, kind in (
        ("", form),
        ("grant_type=password", form),
        ("{}", "application/json"),
        ("grant_type=client_credentials", form),
        ("grant_type=client_credentials&grant_type=client_credentials", form),
        ("a=%FF%00&" * 20, form),
        ("a=1&" * 500, form),
        ("x", "multipart/form-data; boundary=b"),
    ):
        answer = Partner("").browser.generic("POST", TOKEN, body.encode(), content_type=kind)
        assert answer.status_code == 400, body
        assert "json" in answer["Content-Type"]


def test_a_body_of_ten_megabytes_is_refused_unread(db) -> None:
    answer = Partner("").browser.generic(
        "POST", TOKEN, b"a" * 10_000_000, content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.django_db(transaction=True)
def test_one_assertion_sent_sixteen_times_at_once_gets_one_token(world, authority: TestAuthority) -> None:
    bank = admitted_system(world, authority)
    assertion, start = bank.assertion(), threading.Barrier(16)

    def ask(proof: str) -> int:
        start.wait(30)
        try:
            return int(
                Partner(bank.client_id, browser=Client())
                .ask_token(assertion=assertion, proof=proof)
                .status_code
            )
        finally:
            connection.close()

    proofs = [bank.proof("POST", TOKEN) for _ in range(16)]
    with at_the("partners"), ThreadPoolExecutor(16) as pool:
        found = sorted(pool.map(ask, proofs))
    assert found == [200, *[401] * 15]
    assert SystemToken.objects.count() == 1


def test_the_log_holds_no_token_no_assertion_and_no_proof(bank, caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        token, assertion = bank.token(), bank.assertion()
        bank.ask_token(assertion=assertion)
        bank.ask_token(assertion=assertion)
        bank.get("/v1/me", token=token)
        bank.get("/v1/me", token=token, proof="wrong")
    said = caplog.text + json.dumps([vars(record) for record in caplog.records], default=str)
    for secret in (token, assertion, assertion.rpartition(".")[2]):
        assert secret not in said
