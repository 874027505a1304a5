"""The authority examines every order itself (CA-6.C3) and refuses with a reason (CA-6.P10)."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from django.db import connection
from tests.authority import ROOT_PASSPHRASE
from tests.certification.generations import said_of, shown
from tests.certification.ordering import (
    AIGERIM,
    AINUR,
    DANIYAR,
    DAUREN,
    Order,
    other_curve,
    request_for,
    rsa_key,
)

from senim.certification import certificates, orders
from senim.certification.facts import SubjectFacts
from senim.certification.fulfilment import fulfil
from senim.countries.kz import subjects
from senim.pki.certificates import subject_of
from senim.pki.crl import RevocationReason
from senim.pki.keys import KeyAlgorithm, generate
from senim.pki.ocsp import CertStatus
from senim.settings import settings
from senim.texts import LANGUAGES, say_in

NOW = datetime.now(UTC)


@pytest.fixture
def carry_out(authority):
    """Place and carry out one order: its outcome."""

    def carry_out(order, at=None, **placed):
        order_id = order.place(**placed)
        assert fulfil(authority.authority, at=at or datetime.now(UTC)) == 1
        return orders.outcome(order_id)

    return carry_out


def reason(outcome):
    assert outcome.state == "refused", outcome
    assert outcome.certificates == ()
    assert all(say_in(language, outcome.refusal_text_id) for language in LANGUAGES)
    assert all(say_in(language, f"{outcome.refusal_text_id}.next") for language in LANGUAGES)
    return outcome.refusal_text_id.removeprefix("certification.refusal.")


def test_an_order_gives_a_signing_and_an_authentication_certificate(operator, carry_out):
    order = Order(operator)
    outcome = carry_out(order)
    assert outcome.state == "issued"
    assert [one.profile for one in outcome.certificates] == ["individual_sign", "individual_auth"]
    for certificate, purpose in zip(outcome.certificates, ("sign", "auth"), strict=True):
        said = x509.load_der_x509_certificate(certificate.der)
        asked = x509.load_der_x509_csr(order.requests[purpose])
        assert said.public_key() == asked.public_key()
        assert certificate.status is CertStatus.GOOD
        name = subjects.read(subject_of(certificate.der))
        assert (name.iin, name.surname, name.patronymic) == (AIGERIM.iin, "СӘРСЕНОВА", "НҰРЛАНҚЫЗЫ")
        assert certificate.not_after - certificate.not_before == timedelta(days=365) - timedelta(seconds=1)
    assert certificates.of_person(AIGERIM.iin) == tuple(sorted(outcome.certificates, key=lambda c: c.profile))


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, queue_name, args FROM procrastinate_jobs")
        return cursor.fetchall()


def test_a_settled_order_tells_enrolment_once_its_certificates_are_published(operator, carry_out, authority):
    carry_out(Order(operator))
    assert fulfil(authority.authority, at=datetime.now(UTC)) == 0
    assert jobs() == [], "responders would say unknown"
    authority.publish()
    authority.publish(datetime.now(UTC) + timedelta(hours=1))
    [(task, queue, arguments)] = jobs()
    assert (task, queue) == ("enrolment.orders_settled", "enrolment")
    assert len((json.loads(arguments) if isinstance(arguments, str) else arguments)["orders"]) == 1


def test_a_refused_order_tells_enrolment_at_once(operator, carry_out, authority):
    carry_out(Order(operator, signed=b"something else"))
    authority.publish()
    assert [task for task, _, _ in jobs()] == ["enrolment.order_settled"]


def test_files_written_anew_tell_enrolment_nothing_twice(operator, carry_out, authority):
    carry_out(Order(operator))
    authority.publish()
    shutil.rmtree(settings.home / "status")
    authority.publish()
    assert len(jobs()) == 1


def test_a_pending_order_has_no_certificates(operator):
    assert orders.outcome(Order(operator).place()).state == "pending"


def test_an_application_is_ordered_once(operator):
    order = Order(operator)
    order.place()
    with pytest.raises(orders.AlreadyOrdered):
        order.place()


def test_an_order_of_ten_megabytes_is_not_even_stored(operator):
    with pytest.raises(orders.OrderTooLarge):
        Order(operator).place(document=b"x" * 10_000_000)


@pytest.mark.parametrize(
    "document",
    [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 50_000, b'{"kind":"senim certificate order 1"}'],
)
def test_what_is_no_order_is_refused(operator, carry_out, document):
    assert reason(carry_out(Order(operator), document=document)) == "order_unreadable"


def test_another_spelling_of_the_same_order_is_refused(operator, carry_out):
    order = Order(operator)
    spaced = json.dumps(json.loads(order.document()), indent=1).encode()
    assert reason(carry_out(order, document=spaced)) == "order_unreadable"


def test_an_order_of_another_application_is_refused(operator, carry_out):
    order = Order(operator)
    other = Order(operator, requests=order.requests)
    assert reason(carry_out(order, document=other.document())) == "order_unreadable"


def test_an_order_signed_in_the_future_is_refused(operator, carry_out):
    order = Order(operator)
    dated = _dated(order, order.at + timedelta(hours=1))
    assert reason(carry_out(dated, at=order.at)) == "order_unreadable"


def _dated(order, moment):
    """Signed at another time than placed."""
    text = replace(order, at=moment).document()
    order.document = lambda: text
    return order


def test_other_requests_than_the_operator_saw_are_refused(operator, carry_out):
    order = Order(operator)
    order.requests_placed = {**order.requests, "auth": request_for(generate(KeyAlgorithm.P256))}
    assert reason(carry_out(order)) == "requests_differ"


def test_requests_the_other_way_round_are_refused(operator, carry_out):
    order = Order(operator)
    order.requests_placed = {"sign": order.requests["auth"], "auth": order.requests["sign"]}
    assert reason(carry_out(order)) == "requests_differ"


@pytest.mark.parametrize("signature", [b"", b"\x30\x03\x02\x01\x01", b"\x30" * 60_000])
def test_what_is_no_signature_is_refused(operator, carry_out, signature):
    assert reason(carry_out(Order(operator), signature=signature)) == "operator_signature_invalid"


def test_a_signature_over_something_else_is_refused(operator, carry_out):
    assert reason(carry_out(Order(operator, signed=b"something else"))) == "operator_signature_invalid"


def test_an_operator_of_a_forged_authority_is_refused(authority, operator, carry_out):
    forged = authority.forged(operator)
    assert reason(carry_out(Order(forged))) == "operator_certificate_invalid"


def test_an_expired_operator_is_refused(authority, carry_out):
    expired = authority.issue(
        "operator_sign", **DAUREN, not_before=NOW - timedelta(days=3), not_after=NOW - timedelta(days=1)
    )
    assert reason(carry_out(Order(expired))) == "operator_certificate_invalid"


def test_an_operator_not_yet_appointed_is_refused(authority, carry_out):
    coming = authority.issue("operator_sign", **DAUREN, not_before=NOW + timedelta(days=1))
    assert reason(carry_out(Order(coming))) == "operator_certificate_invalid"


def test_a_revoked_operator_is_refused(authority, operator, carry_out):
    authority.revoke(operator)
    assert reason(carry_out(Order(operator))) == "operator_certificate_revoked"


def test_an_operator_revoked_after_confirming_is_refused(authority, operator):
    order_id = Order(operator).place()
    authority.revoke(operator)
    fulfil(authority.authority, at=datetime.now(UTC))
    assert reason(orders.outcome(order_id)) == "operator_certificate_revoked"


@pytest.mark.parametrize("profile", ["individual_sign", "operator_auth", "individual_auth"])
def test_who_is_no_operator_confirms_nothing(authority, carry_out, profile):
    citizen = authority.issue(profile, **DAUREN)
    assert reason(carry_out(Order(citizen))) == "not_an_operator"


def test_a_certificate_of_the_root_itself_confirms_nothing(authority, carry_out):
    from tests.holders import Holder

    from senim.pki.keys import FileKeyStore
    from senim.settings import settings

    root = FileKeyStore(settings.root).open("root", passphrase=ROOT_PASSPHRASE)
    itself = Holder(root, authority.root, authority.chain)
    assert reason(carry_out(Order(itself))) == "operator_certificate_invalid"


def test_an_operators_own_application_is_refused(operator, carry_out):
    """Not left to the desk: the authority believes nothing it is told."""
    assert reason(carry_out(Order(operator, subject=SubjectFacts(**DAUREN)))) == "own_application"


def test_an_operator_signing_for_another_is_refused(authority, carry_out):
    other = authority.issue("operator_sign", **AINUR)
    assert reason(carry_out(Order(other))) == "operator_differs"


@pytest.mark.parametrize(
    "change",
    [
        {"iin": "940308492148"},
        {"iin": "020940900141"},
        {"iin": "940308-492147"},
        {"iin": ""},
        {"surname": ""},
        {"given_name": "Ұ" * 100},
        {"surname": "\x00"},
        {"given_name": "АЙГЕРІМ\u202e"},
        {"bin": "020940900141"},
        {"organisation": "Комитет"},
        {"email": "не адрес"},
    ],
)
def test_facts_no_certificate_can_hold_are_refused(operator, carry_out, change):
    assert reason(carry_out(Order(operator, subject=replace(AIGERIM, **change)))) == "subject_unacceptable"


def _broken_request():
    whole = bytearray(request_for(generate(KeyAlgorithm.P256)))
    whole[-1] ^= 1
    return bytes(whole)


@pytest.mark.parametrize(
    "request_made",
    [
        lambda: b"",
        lambda: b"\x30\x80" * 1000,
        lambda: b"\x30" * 60_000,
        _broken_request,
        lambda: request_for(rsa_key(1024)),
        lambda: request_for(other_curve()),
        lambda: request_for(rsa_key(2048))[:-10],
    ],
    ids=["empty", "endless", "huge", "wrong proof", "RSA-1024", "P-521", "cut off"],
)
def test_hostile_requests_are_refused(operator, carry_out, request_made):
    requests = {"sign": request_made(), "auth": request_for(generate(KeyAlgorithm.P256))}
    assert reason(carry_out(Order(operator, requests=requests))) == "request_invalid"


def test_somebody_elses_key_is_refused(operator, carry_out):
    first = Order(operator)
    carry_out(first)
    second = Order(operator, subject=DANIYAR, requests=first.requests)
    assert reason(carry_out(second)) == "key_of_another_person"


def test_the_same_person_may_have_a_key_certified_again(operator, carry_out):
    first = Order(operator)
    carry_out(first)
    assert carry_out(Order(operator, requests=first.requests)).state == "issued"


def test_an_operators_own_key_is_not_certified_for_a_citizen(operator, carry_out):
    requests = {"sign": request_for(operator.key), "auth": request_for(generate(KeyAlgorithm.P256))}
    assert reason(carry_out(Order(operator, requests=requests))) == "key_of_another_person"


def test_a_compromised_key_is_never_certified_again(authority, operator, carry_out):
    key = generate(KeyAlgorithm.P256)
    facts = {name: getattr(AIGERIM, name) for name in ("iin", "surname", "given_name")}
    lost = authority.issue("individual_sign", key=key, **facts)
    authority.revoke(lost, reason=RevocationReason.KEY_COMPROMISE)
    requests = {"sign": request_for(key), "auth": request_for(generate(KeyAlgorithm.P256))}
    assert reason(carry_out(Order(operator, requests=requests))) == "key_compromised"


def test_a_refused_order_claims_no_key(authority, operator, carry_out):
    other = authority.issue("operator_sign", **AINUR)
    order = Order(other)
    assert reason(carry_out(order)) == "operator_differs"
    assert carry_out(Order(operator, subject=DANIYAR, requests=order.requests)).state == "issued"


def test_a_person_without_patronymic_gets_certificates(operator, carry_out):
    anna = SubjectFacts(iin="991009491809", surname="Шмидт", given_name="Анна")
    assert carry_out(Order(operator, subject=anna)).state == "issued"


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.P384, KeyAlgorithm.RSA2048])
def test_other_allowed_keys_are_certified(operator, carry_out, algorithm):
    requests = {purpose: request_for(generate(algorithm)) for purpose in ("sign", "auth")}
    assert carry_out(Order(operator, requests=requests)).state == "issued"


def test_one_bad_order_does_not_hold_up_the_others(authority, operator, monkeypatch):
    from senim.certification import planning

    bad, good = Order(operator), Order(operator, subject=DANIYAR)
    real = planning.examine

    def examine(*, application_number, **rest):
        if application_number == bad.application_number:
            raise RuntimeError("a defect")
        return real(application_number=application_number, **rest)

    monkeypatch.setattr(planning, "examine", examine)
    bad_id, good_id = bad.place(), good.place()
    now = datetime.now(UTC)
    assert fulfil(authority.authority, at=now) == 1
    assert orders.outcome(good_id).state == "issued"
    assert orders.outcome(bad_id).state == "pending"
    assert fulfil(authority.authority, at=now) == 0, "it waits before it is tried again"
    monkeypatch.undo()
    assert fulfil(authority.authority, at=now + timedelta(minutes=1)) == 1
    assert orders.outcome(bad_id).state == "issued"


def test_a_certificate_whose_last_write_failed_is_known_and_can_be_revoked(authority, operator, monkeypatch):
    from senim.certification import ledger
    from senim.certification.models import Certificate
    from senim.certification.revocation import revoke

    order_id = Order(operator).place()
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "store_each", lambda *_, **__: 1 / 0)
        now = datetime.now(UTC)
        assert fulfil(authority.authority, at=now) == 0
    assert orders.outcome(order_id).state == "pending"
    signed = Certificate.objects.filter(order_id=order_id)
    assert [row.der for row in signed] == [None, None]
    number = int(signed[0].serial_number, 16)
    revoke(serial_number=number, reason=RevocationReason.SUPERSEDED, at=now, actor="test")
    authority.publish()
    assert said_of(shown(authority).statuses, number).status is CertStatus.REVOKED
    assert fulfil(authority.authority, at=now + timedelta(minutes=1)) == 1
    given_out = orders.outcome(order_id).certificates
    assert len(given_out) == 2
    assert number not in {one.serial_number for one in given_out}


def test_nothing_about_a_person_stands_in_the_journal(authority, operator, carry_out):
    carry_out(Order(operator))
    with connection.cursor() as cursor:
        cursor.execute("SELECT verb, subject, actor, facts::text FROM journal_entry")
        written = " ".join(" ".join(map(str, row)) for row in cursor.fetchall())
    assert "certification.issue" in written
    for personal in (AIGERIM.iin, DAUREN["iin"], AIGERIM.surname, AIGERIM.surname.upper(), AIGERIM.email):
        assert personal not in written
