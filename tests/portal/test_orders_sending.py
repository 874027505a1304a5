"""Sending keys and requests: double clicks, hostile requests, a registry that goes away in between."""

import base64
import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.ordering import applicant, request_for, text_of, value_of

from senim.certification import blocked_keys
from senim.enrolment.models import Application
from senim.enrolment.process import Stage
from senim.pki.keys import public_der
from senim.registries import people

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anybody")])


@pytest.fixture
def aigerim(world, authority):
    person = applicant(world.person("aigerim"))
    filled = person.fill_in()
    assert filled.status_code == 302, text_of(filled)
    return person


def encoded(der: bytes) -> str:
    return base64.b64encode(der).decode()


def weak_request() -> bytes:
    key = rsa.generate_private_key(65537, 1024)
    return _built(key)


def odd_curve_request() -> bytes:
    return _built(ec.generate_private_key(ec.SECP256K1()))


def _built(key) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(NAME)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def with_a_signature_of_another(der: bytes) -> bytes:
    """The last byte of the proof of possession is another one."""
    return der[:-1] + bytes([der[-1] ^ 1])


HOSTILE = {
    "nothing": lambda key: b"",
    "no request at all": lambda key: b"certificate, please",
    "huge": lambda key: request_for(key) + b"\0" * 20_000,
    "weak key": lambda key: weak_request(),
    "curve we do not take": lambda key: odd_curve_request(),
    "wrong proof of possession": lambda key: with_a_signature_of_another(request_for(key)),
    "something after its end": lambda key: request_for(key) + b"\0",
}


@pytest.mark.django_db
@pytest.mark.clause("CA-6.P1")
@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("field", ["request_sign", "request_auth"])
def test_a_hostile_request_is_refused_with_a_clear_message(aigerim, kind, field):
    page = aigerim.send_keys(**{field: encoded(HOSTILE[kind](aigerim.sign_key))})
    assert page.status_code == 409
    assert "The request your browser made was not accepted" in text_of(page)
    assert value_of(page, "request_sign") == ""
    assert not Application.objects.exists()


@pytest.mark.django_db
@pytest.mark.clause("CA-6.P1")
def test_ten_megabytes_are_refused_before_they_are_read(aigerim):
    page = aigerim.send_keys(request_sign="A" * 10_000_000)
    assert page.status_code in {400, 413}
    assert not Application.objects.exists()


@pytest.mark.django_db
@pytest.mark.clause("CA-6.P1")
def test_base64_that_is_none_is_refused(aigerim):
    assert aigerim.send_keys(request_sign="!!!").status_code == 409


@pytest.mark.django_db
@pytest.mark.clause("CA-6.P1")
def test_one_key_for_both_certificates_is_refused(aigerim):
    page = aigerim.send_keys(request_auth=encoded(request_for(aigerim.sign_key)))
    assert page.status_code == 409
    assert "one key was given for two certificates" in text_of(page)


@pytest.mark.django_db
@pytest.mark.clause("CA-6.P4")
def test_keys_of_an_open_application_are_not_taken_again(aigerim, world):
    aigerim.send_keys()
    another = applicant(world.person("daniyar"))
    another.fill_in()
    page = another.send_keys(request_sign=encoded(request_for(aigerim.sign_key)))
    assert page.status_code == 409
    assert "An application with these keys was sent already" in text_of(page)
    assert Application.objects.filter(number__isnull=False).count() == 1


@pytest.mark.django_db
@pytest.mark.clause("CA-6.P1")
def test_keys_that_the_authority_would_refuse_are_refused_before_anybody_travels(aigerim, world, authority):
    theirs = authority.issue("individual_sign", iin=world.person("daniyar").iin, surname="А", given_name="Д")
    page = aigerim.send_keys(request_sign=encoded(request_for(theirs.key)))
    assert page.status_code == 409
    assert "this key is certified for another person" in text_of(page)
    digest = hashlib.sha256(public_der(aigerim.auth_key.public_key())).digest()
    blocked_keys.block_part(digests=[digest], at=timezone.now(), actor="test")
    page = aigerim.send_keys()
    assert "this key is known to strangers" in text_of(page)
    assert value_of(page, "request_sign") == ""
    assert not Application.objects.exists()


@pytest.mark.django_db
@pytest.mark.clause("CA-6.P4", "CA-6.P5")
def test_a_double_click_makes_one_application_and_one_letter(aigerim, world, run_jobs):
    form = aigerim.keys_form(aigerim.browser.get("/en/order/keys/"))
    answers = [aigerim.browser.post("/en/order/keys/", form) for _ in range(3)]
    assert {answer["Location"] for answer in answers} == {"/en/order/done/"}
    assert Application.objects.count() == 1
    run_jobs()
    assert len(world.mail("aigerim@mail.test")) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("CA-6.P4")
def test_eight_simultaneous_sendings_make_one_application(aigerim):
    form = aigerim.keys_form(aigerim.browser.get("/en/order/keys/"))
    together = threading.Barrier(8)

    def send(_: int) -> int:
        together.wait()
        try:
            return Client().post("/en/order/keys/", form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {302}
    assert Application.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.clause("CA-6.P2")
def test_a_registry_that_goes_away_costs_no_keys(aigerim, world):
    world.fault("gbdfl", "down")
    form = aigerim.keys_form(aigerim.browser.get("/en/order/keys/"))
    page = aigerim.browser.post("/en/order/keys/", form)
    assert page.status_code == 503
    assert "The state database of individuals is not answering" in text_of(page)
    assert value_of(page, "request_sign") == form["request_sign"]
    assert value_of(page, "request_auth") == form["request_auth"]

    world.fault("gbdfl", "ok")
    world_again(world)
    again = aigerim.browser.post("/en/order/keys/", {**form, "draft": value_of(page, "draft")})
    assert again.status_code == 302
    assert Application.objects.get().state == Stage.AWAITED


def world_again(world) -> None:
    """The gateway has no bad memories of the registry."""
    from senim.registries.breaker import BREAKERS

    BREAKERS.clear()


@pytest.mark.django_db
@pytest.mark.parametrize("draft", ["", "forged", "eyJmb3JtIjp7fX0:1abc:sig"])
def test_a_draft_that_is_not_ours_leads_back_to_the_form(aigerim, draft):
    answer = aigerim.send_keys(draft=draft)
    assert answer["Location"] == "/en/order/form/"
    assert not Application.objects.exists()


@pytest.mark.django_db
def test_an_hour_over_the_keys_loses_nothing(aigerim):
    """The session may end meanwhile; the draft travels in the page."""
    form = aigerim.keys_form(aigerim.browser.get("/en/order/keys/"))
    answer = Client().post("/en/order/keys/", form)
    assert answer.status_code == 302
    assert Application.objects.get().state == Stage.AWAITED


@pytest.mark.django_db
@pytest.mark.clause("CA-6.P5")
def test_the_last_page_says_number_what_to_bring_and_where(aigerim):
    sent = aigerim.send_keys()
    text = text_of(aigerim.browser.get(sent["Location"]))
    case = Application.objects.get()
    assert f"{case.number[:4]}\u00a0{case.number[4:8]}\u00a0{case.number[8:]}".split() == [
        case.number[:4],
        case.number[4:8],
        case.number[8:],
    ]
    assert case.number[:4] in text
    assert "Almaly District public service centre" in text
    assert "An identity document" in text
    assert "Your keys are in the file you saved" in text


@pytest.mark.django_db
def test_no_page_of_the_order_holds_a_named_password(aigerim):
    page = aigerim.browser.get("/en/order/keys/").content.decode()
    for field in ('id="p1"', 'id="p2"'):
        tag = next(part for part in page.split("<input") if field in part).split(">")[0]
        assert "name=" not in tag


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("CA-6.P3")
def test_two_clicks_that_are_refused_leave_one_refusal(aigerim, monkeypatch):
    """Both have their answer of the registry before either has recorded the refusal."""
    form = aigerim.keys_form(aigerim.browser.get("/en/order/keys/"))
    together = threading.Barrier(2)

    def nobody_any_more(**_):
        together.wait(10)
        raise people.PersonUnknown

    monkeypatch.setattr(people, "person", nobody_any_more)

    def send(_: int) -> int:
        try:
            return Client(raise_request_exception=False).post("/en/order/keys/", form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, range(2))) == [409, 409]
    assert Application.objects.get().state == Stage.REFUSED_UNKNOWN
