"""A request with a token: signed by the token's key, once, for this very request; asked anew each time."""

from datetime import timedelta

import pytest
from django.utils import timezone
from joserfc.jwk import ECKey
from tests.partnering import Partner, admitted_shop, admitted_system, applied, official

from senim.accounts.systems import deciding, suspending, tokens
from senim.accounts.systems.proofs import PartnerRequest
from senim.accounts.systems.refusals import ProofOfAnotherRequest
from senim.settings import settings

ME = "/v1/me"


@pytest.fixture
def bank(world, authority) -> Partner:
    return admitted_system(world, authority)


def refused(answer, status: int, error: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status


@pytest.mark.clause("DD-4a")
def test_the_door_tells_a_system_its_own_admission(bank, world) -> None:
    entity = world.legal_entity("bank")
    assert bank.get(ME, token=bank.token(scope="view")).json() == {
        "client_id": bank.client_id,
        "name": "Ұялы банк",
        "organisation": entity.kk,
        "bin": entity.bin,
        "kind": "bank",
        "purposes": ["view"],
        "document_types": ["identity_card"],
    }


def test_without_a_token_nobody_enters(bank, db) -> None:
    for header in ("", "Bearer abc", "DPoP", "DPoP ", "DPoP unknown"):
        answer = bank.browser.get(ME, headers={"Authorization": header, "DPoP": bank.proof("GET", ME)})
        refused(answer, 401, "invalid_token")
        assert answer["WWW-Authenticate"].startswith("DPoP ")


def test_a_stolen_token_is_worth_nothing_without_the_key(bank) -> None:
    token, thief = bank.token(), ECKey.generate_key("P-256")
    refused(
        bank.get(ME, token=token, proof=bank.proof("GET", ME, token=token, key=thief)),
        401,
        "invalid_dpop_proof",
    )
    refused(bank.get(ME, token=token, proof=""), 401, "invalid_dpop_proof")


def test_another_key_of_the_same_system_does_not_serve_either(world, authority) -> None:
    one, two = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    both = {"keys": [one.as_dict(private=False), two.as_dict(private=False)]}
    bank = admitted_system(world, authority)
    other = applied(world, authority, both, system_id=bank.client_id)
    decide_keys(world, authority, other)
    bank.key = one
    assert bank.ask_token().status_code == 401, "of two keys, the assertion says which"
    token = bank.ask_token(assertion=bank.assertion(kid=one.thumbprint())).json()["access_token"]
    assert bank.get(ME, token=token).status_code == 200
    refused(
        bank.get(ME, token=token, proof=bank.proof("GET", ME, token=token, key=two)),
        401,
        "invalid_dpop_proof",
    )


def decide_keys(world, authority, application_id) -> None:
    who = official(world, authority)
    text = deciding.other_keys_to_sign(application_id=application_id)
    deciding.change_keys(
        application_id=application_id,
        official=who.official,
        authentication=None,
        signature=who.holder.sign(text),
        at=timezone.now(),
    )


def test_a_proof_serves_once(bank) -> None:
    token = bank.token()
    proof = bank.proof("GET", ME, token=token)
    assert bank.get(ME, token=token, proof=proof).status_code == 200
    refused(bank.get(ME, token=token, proof=proof), 401, "invalid_dpop_proof")


def test_a_proof_of_another_request_or_time_is_refused(bank) -> None:
    token = bank.token()
    for change in (
        {"htm": "POST"},
        {"htu": "http://elsewhere.example/v1/me"},
        {"htu": None},
        {"ath": "x"},
        {"ath": None},
        {"iat": 0},
        {"iat": None},
        {"iat": "now"},
        {"iat": True},
        {"jti": None},
        {"jti": 7},
    ):
        proof = bank.proof("GET", ME, token=token, **change)
        refused(bank.get(ME, token=token, proof=proof), 401, "invalid_dpop_proof")


def test_a_body_is_signed_too(bank) -> None:
    """No operation with a body is here yet: the verb is asked as such an operation would."""
    token, url = bank.token(), f"{settings.partners_origin}/v1/anything"
    body, at = b'{"amount": 1}', timezone.now()

    def judged(sent: bytes, proof: str) -> object:
        request = PartnerRequest("POST", url, sent)
        return tokens.system_with(token=token, proof=proof, request=request, purposes=(), at=at)

    made = {"token": token, "body": body}
    assert judged(body, bank.proof("POST", "/v1/anything", **made))
    with pytest.raises(ProofOfAnotherRequest):
        judged(b'{"amount": 2}', bank.proof("POST", "/v1/anything", **made))
    with pytest.raises(ProofOfAnotherRequest):
        judged(body, bank.proof("POST", "/v1/anything", token=token))


@pytest.mark.clause("DD-4a")
def test_a_system_suspended_between_token_and_use_is_refused_at_once(bank, world, authority) -> None:
    token, who = bank.token(), official(world, authority)
    assert bank.get(ME, token=token).status_code == 200
    suspending.suspend(
        system_id=bank.client_id, reason="A key was copied", official=who.official, at=timezone.now()
    )
    refused(bank.get(ME, token=token), 403, "access_denied")
    text = deciding.resumption_to_sign(system_id=bank.client_id)
    deciding.resume(
        system_id=bank.client_id,
        official=who.official,
        authentication=None,
        signature=who.holder.sign(text),
        at=timezone.now(),
    )
    refused(bank.get(ME, token=token), 401, "invalid_token")
    assert bank.get(ME).status_code == 200


def test_other_keys_end_the_tokens_of_the_old_ones(bank, world, authority) -> None:
    token, old, new = bank.token(), bank.key, ECKey.generate_key("P-256")
    decide_keys(
        world, authority, applied(world, authority, new.as_dict(private=False), system_id=bank.client_id)
    )
    refused(bank.get(ME, token=token), 401, "invalid_token")
    assert bank.ask_token().status_code == 401
    bank.key = new
    assert bank.get(ME).status_code == 200
    assert bank.ask_token(assertion=bank.assertion(key=old)).status_code == 401


def test_a_token_runs_out(bank, time_machine) -> None:
    token = bank.token()
    time_machine.move_to(timezone.now() + settings.partner_token_lifetime + timedelta(seconds=1))
    refused(bank.get(ME, token=token), 401, "invalid_token")


@pytest.mark.clause("DD-4b")
def test_a_purpose_is_asked_of_the_decision_and_of_the_token(world, authority, bank) -> None:
    body = {"code": "000000", "purpose": "present"}
    path = "/v1/documents/claims/by-code"
    assert bank.post(path, body, token=bank.token(scope="present")).status_code == 202
    answer = bank.post(path, body, token=bank.token(scope="subscriber_number"))
    refused(answer, 403, "insufficient_scope")
    assert 'scope="view present"' in answer["WWW-Authenticate"]
    shop = admitted_shop(world, authority)
    refused(shop.post(path, body), 403, "insufficient_scope")
    assert shop.ask_token(scope="present").json()["error"] == "invalid_scope"


def test_a_system_has_its_share_of_a_minute_and_takes_nobody_elses(
    world, authority, bank, monkeypatch, time_machine
) -> None:
    time_machine.move_to(timezone.now().replace(second=1, microsecond=0) + timedelta(minutes=1), tick=False)
    shop = admitted_shop(world, authority)
    object.__setattr__(settings, "partner_requests_per_minute", 3)
    try:
        token = bank.token()
        assert [bank.get(ME, token=token).status_code for _ in range(3)] == [200, 200, 429]
        answer = bank.get(ME, token=token)
        assert (answer.status_code, answer["Retry-After"]) == (429, "60")
        assert shop.get(ME).status_code == 200
    finally:
        object.__setattr__(settings, "partner_requests_per_minute", 600)


def test_what_is_not_there_is_told_as_data(db) -> None:
    browser = Partner("").browser
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("GET", "/kk/", 404),
        ("DELETE", ME, 405),
        ("GET", "/oauth/token", 405),
        ("POST", "/openapi.json", 405),
    ):
        answer = browser.generic(method, path)
        assert answer.status_code == status
        assert "html" not in answer["Content-Type"] or not answer.content
