"""Assertions forged, changed, swapped, replayed: none identifies anybody, none uses up another's session."""

import base64
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from asn1crypto import cms
from django.db import connection
from tests.accounts.identification import (
    BODY,
    IIN,
    OTHER_IIN,
    Service,
    begin,
    envelope,
    judge,
    now,
    service_of,
)
from tests.holders import TestAuthority
from tests.world import RunningWorld

from senim import validation
from senim.accounts import biometrics
from senim.accounts.biometrics import judging
from senim.accounts.models import RemoteIdentification
from senim.validation import Indication, Report, SubIndication

pytestmark = [pytest.mark.django_db, pytest.mark.clause("PH-9")]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def service(authority: TestAuthority, world: RunningWorld) -> Service:
    return service_of(authority)


def judged() -> bool:
    return RemoteIdentification.objects.exclude(judged_at=None).exists()


def answers(assertions: Mapping[str, bytes]) -> dict[str, str]:
    """What each of them is answered, by its name; one test tries them all, in a tenth of the time."""
    return {name: answer(assertion) for name, assertion in assertions.items()}


def answer(assertion: bytes) -> str:
    try:
        judge(assertion)
    except biometrics.BiometricRefused as refused:
        return type(refused).__name__
    return "believed"


def test_an_honest_assertion_is_believed(service: Service) -> None:
    """The others differ from it in one thing each."""
    begun = begin()
    assert judge(service.assertion(begun.session_id)).id == begun.session_id


@pytest.mark.parametrize(
    ("profile", "facts"),
    [
        ("state_body", {**BODY, "bin": "980140903413"}),
        ("information_system", BODY),
        ("individual_sign", {"iin": IIN, "surname": "А", "given_name": "Б"}),
    ],
    ids=["another body", "another kind of certificate", "the person themselves"],
)
def test_words_signed_by_anybody_else_are_forged(
    service: Service, authority: TestAuthority, profile: str, facts: dict[str, str]
) -> None:
    begun, other = begin(), authority.issue(profile, **facts)
    with pytest.raises(biometrics.AssertionForged):
        judge(service.assertion(begun.session_id, by=other))
    assert not judged(), "a forgery ends nobody's session"


def test_a_key_with_a_certificate_of_its_own_making_is_forged(
    service: Service, authority: TestAuthority
) -> None:
    with pytest.raises(biometrics.AssertionForged):
        judge(service.assertion(begin().session_id, by=authority.forged(service.signer)))


def test_a_revoked_service_is_no_service(service: Service, authority: TestAuthority) -> None:
    begun = begin()
    assertion = service.assertion(begun.session_id)
    authority.revoke(service.signer)
    with pytest.raises(biometrics.AssertionForged):
        judge(assertion, at=now() + SECOND)


def test_a_service_whose_certificate_is_on_hold_decides_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_hold = Report(Indication.INDETERMINATE, SubIndication.TRY_LATER, None, None, None)
    monkeypatch.setattr(validation, "check", lambda **_: on_hold)  # ours never hold one
    with pytest.raises(biometrics.ServiceAway):
        judge(service.assertion(begin().session_id))
    assert not judged()


def _replaced(before: bytes, after: bytes) -> Callable[[bytes], bytes]:
    def meddle(payload: bytes) -> bytes:
        assert before in payload
        return payload.replace(before, after)

    return meddle


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "score": _replaced(b'"liveness": 100', b'"liveness": 999'),
    "person": _replaced(IIN.encode(), OTHER_IIN.encode()),
    "method": _replaced(b"face", b"iris"),
    "a byte more": lambda payload: payload + b" ",
    "a byte less": lambda payload: payload[:-1],
}


def test_words_changed_after_they_were_signed_are_forged(service: Service) -> None:
    opened = begin().session_id
    tried = {name: service.assertion(opened, meddle=change, liveness=100) for name, change in CHANGES.items()}
    assert answers(tried) == dict.fromkeys(CHANGES, "AssertionForged")
    assert not judged()


def _said_otherwise(change: Callable[[cms.SignerInfo], None]) -> Callable[[bytes], bytes]:
    """The same signature, saying of itself that it is of another kind."""

    def meddle(signature: bytes) -> bytes:
        message = cms.ContentInfo.load(signature)
        change(message["content"]["signer_infos"][0])
        return bytes(message.dump(force=True))

    return meddle


def _algorithm(name: str) -> Callable[[cms.SignerInfo], None]:
    def change(signer: cms.SignerInfo) -> None:
        signer["signature_algorithm"] = {"algorithm": name}

    return change


def _digest(name: str) -> Callable[[cms.SignerInfo], None]:
    def change(signer: cms.SignerInfo) -> None:
        signer["digest_algorithm"] = {"algorithm": name}

    return change


def _no_attributes(signer: cms.SignerInfo) -> None:
    signer["signed_attrs"] = None


def _no_signature(signer: cms.SignerInfo) -> None:
    signer["signature"] = b""


KINDS: dict[str, Callable[[bytes], bytes]] = {
    "rsa": _said_otherwise(_algorithm("sha256_rsa")),
    "sha1": _said_otherwise(_algorithm("sha1_ecdsa")),
    "dsa": _said_otherwise(_algorithm("sha256_dsa")),
    "sha1 digest": _said_otherwise(_digest("sha1")),
    "md5 digest": _said_otherwise(_digest("md5")),
    "no attributes": _said_otherwise(_no_attributes),
    "no signature": _said_otherwise(_no_signature),
    "none": lambda _: b"",
    "cut": lambda signature: signature[:-1],
    "twice": lambda signature: signature + signature,
}


def test_a_signature_that_says_it_is_of_another_kind_is_forged(service: Service) -> None:
    opened = begin().session_id
    tried = {name: service.assertion(opened, meddle_signature=change) for name, change in KINDS.items()}
    assert answers(tried) == dict.fromkeys(KINDS, "AssertionForged")
    assert not judged()


def test_a_json_web_token_that_needs_no_signature_is_forged(service: Service) -> None:
    said = json.dumps(service.words(begin().session_id)).encode()
    header = base64.urlsafe_b64encode(b'{"alg":"none"}')
    token = header + b"." + base64.urlsafe_b64encode(said) + b"."
    for body in (token, envelope(said, b'{"alg":"none"}')):
        with pytest.raises(biometrics.AssertionForged):
            judge(body)


NO_ASSERTIONS: list[dict[str, Any]] = [
    {"type": "registry"},
    {"audience": "https://bank.example.kz"},
    {"session": "not a number"},
    {"session": "00000000-0000-4000-8000-000000000000"},
    {"iin": None},
    {"liveness": True},
    {"liveness": "999"},
    {"liveness": 999.0},
    {"match": 1001},
    {"match": -1},
    {"match": float("nan")},
    {"match": 10**400},
    {"method": ["face"]},
    {"at": "now"},
    {"at": "2026-11-22T10:00:00"},
]


def test_well_signed_words_that_are_no_assertion_to_us_are_not_believed(service: Service) -> None:
    opened = begin().session_id
    tried = {str(changed)[:60]: service.assertion(opened, **changed) for changed in NO_ASSERTIONS}
    assert answers(tried) == dict.fromkeys(tried, "AssertionForged")
    assert not judged()


def test_a_registrys_answer_of_the_same_body_is_no_assertion(service: Service, world: RunningWorld) -> None:
    said = httpx.get(f"{world.url}/registries/gbdfl/persons/{IIN}").content
    assert answer(said) == "AssertionForged"


def test_garbage_is_refused_as_a_forged_assertion(authority: TestAuthority) -> None:
    bodies = [b"", b"\xff\xfe", b"null", b"[]", b"[" * 60_000, b"{}", b"x" * 10_000_000]
    assert {answer(body) for body in bodies} == {"AssertionForged"}


@pytest.mark.clause("PH-2.3")
def test_what_does_not_identify_the_person_is_not_biometric(service: Service) -> None:
    for method in ("device-unlock", "pin", "pattern", "voice", "passkey", "FACE"):
        assert answer(service.assertion(begin().session_id, method=method)) == "NotBiometric", method


@pytest.mark.parametrize("name", ["liveness", "match"])
def test_both_scores_have_to_be_high_enough(service: Service, name: str) -> None:
    said = {score: service.assertion(begin().session_id, **{name: score}) for score in (0, 899, 900, 1000)}
    assert {score: answer(assertion) for score, assertion in said.items()} == {
        0: "NotRecognised",
        899: "NotRecognised",
        900: "believed",
        1000: "believed",
    }


def test_another_persons_assertion_identifies_nobody_and_stays_theirs(service: Service) -> None:
    theirs = begin(iin=OTHER_IIN)
    assertion = service.assertion(theirs.session_id, iin=OTHER_IIN)
    with pytest.raises(biometrics.AssertionOfSomebodyElse):
        judge(assertion)
    assert judge(assertion, iin=OTHER_IIN).id == theirs.session_id


def test_a_session_in_which_somebody_else_was_seen_is_over(service: Service) -> None:
    begun = begin()
    with pytest.raises(biometrics.AssertionOfSomebodyElse):
        judge(service.assertion(begun.session_id, iin=OTHER_IIN))
    with pytest.raises(biometrics.AssertionReplayed):
        judge(service.assertion(begun.session_id))


@pytest.mark.parametrize(
    "asked", [{"purpose": "connect number through bank"}, {"operation": "Connect +77029990000"}]
)
def test_an_assertion_is_good_for_its_purpose_and_operation_only(
    service: Service, asked: dict[str, str]
) -> None:
    assertion = service.assertion(begin().session_id)
    with pytest.raises(biometrics.AssertionForSomethingElse):
        judge(assertion, **asked)
    assert judge(assertion), "tried for something else, it is as good as before"


@pytest.mark.parametrize("changed", [{"purpose": "connect number through bank"}, {"operation": "0" * 64}])
def test_words_for_something_else_than_their_session_are_refused(
    service: Service, changed: dict[str, str]
) -> None:
    with pytest.raises(biometrics.AssertionForSomethingElse):
        judge(service.assertion(begin().session_id, **changed))


def test_an_assertion_of_another_session_is_not_good_for_this_one(service: Service) -> None:
    first, second = begin(), begin()
    judge(service.assertion(first.session_id))
    with pytest.raises(biometrics.AssertionReplayed):
        judge(service.assertion(first.session_id))
    assert judge(service.assertion(second.session_id)).id == second.session_id


@pytest.mark.parametrize(
    ("later", "age"),
    [(0, -2), (0, 2), (7, 7), (10, 0)],
    ids=["from the future", "before the session", "lain about", "after the session"],
)
def test_words_out_of_their_time_are_stale(service: Service, later: int, age: int) -> None:
    begun, at = begin(), now() + later * MINUTE
    with pytest.raises(biometrics.AssertionStale):
        judge(service.assertion(begun.session_id, at=(at - age * MINUTE).isoformat()), at=at)


def test_what_is_stale_or_low_is_kept_as_evidence_and_never_good_again(service: Service) -> None:
    begun = begin()
    assertion = service.assertion(begun.session_id, liveness=10)
    with pytest.raises(biometrics.NotRecognised):
        judge(assertion)
    row = RemoteIdentification.objects.get()
    assert (bytes(row.assertion), row.liveness) == (assertion, 10)
    with pytest.raises(biometrics.AssertionReplayed):
        judge(service.assertion(begun.session_id))


def test_no_log_line_says_who_it_was(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger=judging.__name__), pytest.raises(biometrics.AssertionForged):
        judge(service.assertion(begin().session_id, meddle=_replaced(b"980", b"999")))
    assert ["AssertionForged" in record.getMessage() for record in caplog.records] == [True]
    assert IIN not in str([vars(record) for record in caplog.records])


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_who_bring_one_assertion_at_once_exactly_one_is_believed(service: Service) -> None:
    assertion = service.assertion(begin().session_id)

    def bring(_: int) -> str:
        try:
            return answer(assertion)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as crowd:
        heard = list(crowd.map(bring, range(16)))
    assert sorted(heard) == ["AssertionReplayed"] * 15 + ["believed"]
