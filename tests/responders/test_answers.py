"""Every answer of the responders: what is said, what is refused, and what is never said."""

import base64
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.x509 import ocsp as library
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some
from pkilint import loader, pkix
from pkilint.pkix import crl as crl_rules
from pkilint.pkix import extension, name
from pkilint.pkix import ocsp as ocsp_rules
from pkilint.validation import ValidationFindingSeverity

from senim.certification import publication, status_files
from senim.pki import ocsp, timestamps
from senim.pki.crl import RevocationReason
from senim.pki.keys import KeyAlgorithm, generate
from senim.responders import status_answers
from senim.settings import settings

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}
fuzzed = hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
STATUS = library.OCSPCertStatus
FAILURE = library.OCSPResponseStatus


def question(authority, *serial_numbers, **how):
    return ocsp.build_request(serial_numbers, issuer=authority.issuing, **how)


def answered(exchange):
    assert exchange.status == 200
    assert exchange.headers["content-type"] == "application/ocsp-response"
    return library.load_der_ocsp_response(exchange.content)


@pytest.fixture
def holder(authority):
    return authority.issue("individual_sign", **AIGERIM)


@pytest.mark.parametrize("hash_name", ["sha1", "sha256", "sha384", "sha512"])
def test_a_good_certificate_is_good(authority, holder, responders, hash_name):
    answer = answered(
        responders("POST", "/ocsp", question(authority, holder.serial_number, hash_name=hash_name))
    )
    assert answer.certificate_status is STATUS.GOOD
    assert answer.serial_number == holder.serial_number
    assert answer.next_update_utc - answer.this_update_utc == settings.ocsp_next_update
    delegate = answer.certificates[0]
    scheme = ECDSA(answer.signature_hash_algorithm)
    delegate.public_key().verify(answer.signature, answer.tbs_response_bytes, scheme)
    assert delegate.extensions.get_extension_for_class(x509.OCSPNoCheck)


def test_a_revoked_certificate_is_revoked_with_time_and_reason(authority, holder, responders):
    at = datetime.now(UTC).replace(microsecond=0)
    authority.revoke(holder, at, RevocationReason.KEY_COMPROMISE)
    authority.publish()
    responders.application.refresh()
    answer = answered(responders("POST", "/ocsp", question(authority, holder.serial_number)))
    assert answer.certificate_status is STATUS.REVOKED
    assert answer.revocation_time_utc == at
    assert answer.revocation_reason is x509.ReasonFlags.key_compromise


@pytest.mark.parametrize("serial_number", [1, 2**64, 2**158 + 5])
def test_what_was_never_issued_is_unknown(authority, responders, serial_number):
    answer = answered(responders("POST", "/ocsp", question(authority, serial_number)))
    assert answer.certificate_status is STATUS.UNKNOWN


def test_what_is_recorded_but_not_signed_is_unknown(authority, responders):
    from senim.certification import ledger
    from senim.certification.facts import SubjectFacts
    from senim.certification.issuance import prepare
    from senim.certification.profiles import profile

    prepared = prepare(
        authority.authority,
        profile=profile("individual_sign"),
        facts=SubjectFacts(**AIGERIM),
        public_key=generate(KeyAlgorithm.P256).public_key(),
        serial_number=2**158 + 77,
        at=datetime.now(UTC),
    )
    ledger.intend(prepared, at=datetime.now(UTC))
    authority.publish()
    responders.application.refresh()
    answer = answered(responders("POST", "/ocsp", question(authority, 2**158 + 77)))
    assert answer.certificate_status is STATUS.UNKNOWN


def test_certificates_of_another_authority_are_not_ours_to_answer_for(authority, responders):
    foreign = ocsp.build_request([5], issuer=authority.root)
    exchange = responders("POST", "/ocsp", foreign)
    assert answered(exchange).response_status is FAILURE.UNAUTHORIZED
    assert exchange.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [b"", b"junk", b"\x30\x80", b"\x30\x00", b"\x30" * 4000])
def test_what_is_no_request_is_malformed(responders, body):
    assert answered(responders("POST", "/ocsp", body)).response_status is FAILURE.MALFORMED_REQUEST


@pytest.mark.parametrize("told_length", [True, False])
@pytest.mark.parametrize("path", ["/ocsp", "/tsa"])
def test_ten_megabytes_are_refused_without_reading_them(responders, path, told_length):
    exchange = responders("POST", path, b"\x30" * 10_000_000, told_length=told_length)
    assert exchange.status == 200
    assert len(exchange.content) < 20
    assert exchange.read <= 8 * 1024


def test_a_nonce_comes_back_and_the_answer_is_not_kept(authority, holder, responders):
    asked = question(authority, holder.serial_number, nonce=b"n" * 32)
    first, second = responders("POST", "/ocsp", asked), responders("POST", "/ocsp", asked)
    assert answered(first).extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n" * 32
    assert first.content != second.content
    assert first.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("length", [1, 32, 128])
def test_a_nonce_of_any_length_of_the_standard_is_given_back(authority, holder, responders, length):
    asked = question(authority, holder.serial_number, nonce=b"n" * length)
    nonce = answered(responders("POST", "/ocsp", asked)).extensions.get_extension_for_class(x509.OCSPNonce)
    assert nonce.value.nonce == b"n" * length


@pytest.mark.parametrize("length", [129, 1000])
def test_too_long_a_nonce_is_malformed(authority, holder, responders, length):
    asked = question(authority, holder.serial_number, nonce=b"n" * length)
    assert answered(responders("POST", "/ocsp", asked)).response_status is FAILURE.MALFORMED_REQUEST


def test_without_a_nonce_the_answer_is_kept_while_newer_generations_say_the_same(
    authority, holder, responders
):
    asked = question(authority, holder.serial_number)
    first = responders("POST", "/ocsp", asked)
    other = authority.issue("individual_sign", **AIGERIM)
    authority.revoke(other)
    authority.publish()
    responders.application.refresh()
    assert responders("POST", "/ocsp", asked).content == first.content
    authority.revoke(holder)
    authority.publish()
    responders.application.refresh()
    assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.REVOKED


def test_a_kept_answer_is_signed_anew_within_the_hour(authority, holder, responders):
    asked = question(authority, holder.serial_number)
    first, now = responders("POST", "/ocsp", asked), datetime.now(UTC)
    with time_machine.travel(now + timedelta(minutes=59), tick=False):
        assert responders("POST", "/ocsp", asked).content == first.content
    with time_machine.travel(now + timedelta(minutes=61), tick=False):
        assert responders("POST", "/ocsp", asked).content != first.content


def test_what_is_asked_for_again_is_signed_ahead_of_its_end(authority, holder, responders):
    answers, now = responders.application._answers, datetime.now(UTC)
    often, once = (question(authority, holder.serial_number, hash_name=name) for name in ("sha1", "sha256"))
    for asked in (often, often, once):
        responders("POST", "/ocsp", asked)
    kept = answers.kept(often, now.timestamp())
    answers.sign_ahead(at=now + timedelta(minutes=50))
    assert answers.kept(often, now.timestamp()) is kept, "not yet"
    later = now + timedelta(minutes=56)
    answers.sign_ahead(at=later)
    assert answers.kept(often, (now + timedelta(minutes=90)).timestamp()) is not None
    assert answers.kept(once, (now + timedelta(minutes=90)).timestamp()) is None


def test_nothing_is_signed_ahead_from_a_stale_generation(authority, holder, responders):
    answers, now = responders.application._answers, datetime.now(UTC)
    asked = question(authority, holder.serial_number)
    for _ in range(2):
        responders("POST", "/ocsp", asked)
    stale = now + settings.ocsp_next_update + timedelta(minutes=1)
    answers.sign_ahead(at=stale)
    assert answers.kept(asked, stale.timestamp()) is None


def test_an_answer_that_may_be_kept_says_so_as_rfc_5019_has_it(authority, holder, responders):
    asked = question(authority, holder.serial_number)
    exchange = responders("GET", _as_get(asked)["plain"])
    said, headers = answered(exchange), exchange.headers
    assert headers["cache-control"] == "max-age=60, public, no-transform, must-revalidate"
    assert parsedate_to_datetime(headers["last-modified"]) == said.this_update_utc
    assert parsedate_to_datetime(headers["expires"]) == said.next_update_utc
    again = responders("GET", _as_get(asked)["plain"], sent={"if-none-match": f'"x", {headers["etag"]}'})
    assert (again.status, again.content) == (304, b"")
    assert again.headers["etag"] == headers["etag"]
    other = responders("GET", _as_get(asked)["plain"], sent={"if-none-match": '"x"'})
    assert (other.status, other.content) == (200, exchange.content)


def test_no_cache_keeps_an_answer_past_its_next_update(authority, holder, responders):
    asked = question(authority, holder.serial_number)
    end = answered(responders("POST", "/ocsp", asked)).next_update_utc
    with time_machine.travel(end - timedelta(seconds=20), tick=False):
        kept = responders("POST", "/ocsp", asked).headers["cache-control"]
    assert kept.startswith("max-age=20,")


def test_what_never_existed_is_kept_by_no_cache(authority, responders):
    exchange = responders("POST", "/ocsp", question(authority, 7))
    assert exchange.headers["cache-control"] == "no-store"
    assert "etag" not in exchange.headers


def test_strangers_cannot_fill_the_memory_with_what_is_kept(authority, holder, responders, monkeypatch):
    monkeypatch.setattr(status_answers, "KEPT_AT_MOST", 2)
    kept = responders.application._answers._kept
    for number in range(1, 30):
        responders("POST", "/ocsp", question(authority, number))
        responders("POST", "/ocsp", question(authority, holder.serial_number, number))
    assert not kept
    requests = [question(authority, holder.serial_number, hash_name=name) for name in ocsp.HASHES]
    for asked in requests:
        responders("POST", "/ocsp", asked)
    assert list(kept) == requests[-2:], "the oldest made room"


def _as_get(request):
    encoded = base64.b64encode(request).decode()
    return {
        "plain": f"/ocsp/{encoded}",
        "escaped": f"/ocsp/{quote(encoded, safe='')}",
        "without padding": f"/ocsp/{encoded.rstrip('=')}",
        "doubled slash": f"/ocsp//{encoded}",
        "escaped slashes": f"/ocsp/%2F%2F{quote(encoded, safe='')}",
    }


@pytest.mark.parametrize("form", ["plain", "escaped", "without padding", "doubled slash", "escaped slashes"])
def test_a_get_is_answered_like_a_post(authority, responders, form):
    for _ in range(20):  # slashes and pluses stand elsewhere in each request
        holder = authority.issue("individual_sign", **AIGERIM)
    authority.publish()
    responders.application.refresh()
    request = question(authority, holder.serial_number, hash_name="sha1")
    answer = answered(responders("GET", _as_get(request)[form]))
    assert answer.certificate_status is STATUS.GOOD
    assert answer.serial_number == holder.serial_number


@pytest.mark.parametrize("path", ["/ocsp", "/ocsp/", "/ocsp/zzz!", "/ocsp/%ff%ff", "/ocsp/" + "A" * 100_000])
def test_a_get_that_asks_nothing_is_malformed(responders, path):
    assert answered(responders("GET", path)).response_status is FAILURE.MALFORMED_REQUEST


@given(some.binary(max_size=300), some.integers(0, 150), some.integers(0, 150))
@fuzzed
def test_hostile_requests_are_answered_by_the_protocol(responders, authority, junk, start, length):
    whole = question(authority, 5, nonce=b"n" * 32)
    for body in (junk, whole[:start] + junk + whole[start + length :]):
        encoded = quote(base64.b64encode(body).decode(), safe="")
        for asked in (("POST", "/ocsp", body), ("GET", f"/ocsp/{encoded}")):
            assert answered(responders(*asked)).response_status in FAILURE


@given(some.text(max_size=300))
@fuzzed
def test_hostile_paths_are_answered_by_the_protocol(responders, path):
    assert answered(responders("GET", f"/ocsp/{path}")).response_status is FAILURE.MALFORMED_REQUEST


def test_several_questions_get_several_answers(authority, responders):
    holders = [authority.issue("individual_sign", **AIGERIM) for _ in range(3)]
    authority.publish()
    responders.application.refresh()
    asked = question(authority, *(holder.serial_number for holder in holders))
    exchange = responders("POST", "/ocsp", asked)
    told = [one.serial_number for one in answered(exchange).responses]
    assert told == [holder.serial_number for holder in holders]


def test_stale_statuses_are_never_good(authority, holder, responders):
    asked = question(authority, holder.serial_number)
    assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.GOOD
    now = datetime.now(UTC)
    with time_machine.travel(now + settings.ocsp_next_update - timedelta(minutes=5), tick=False):
        assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.GOOD
    with time_machine.travel(now + settings.ocsp_next_update + timedelta(seconds=1), tick=False):
        assert answered(responders("POST", "/ocsp", asked)).response_status is FAILURE.TRY_LATER
        assert responders("GET", "/healthz").status == 503


def test_without_any_generation_the_answer_is_try_later(authority, holder):
    from tests.responders.conftest import Asked

    from senim.responders.serve import responders

    asked = Asked(responders(settings))
    asked.application.refresh()
    assert answered(asked("POST", "/ocsp", question(authority, holder.serial_number))).response_status is (
        FAILURE.TRY_LATER
    )
    assert asked("GET", "/crl/issuing.crl").status == 404


def _folder():
    return publication.folder() / str(status_files.current_number(publication.folder()))


def _show(number):
    publication._show(number)


@pytest.mark.parametrize("spoil", ["statuses", "issuing.crl", "manifest.json", "manifest.sig"])
def test_a_generation_with_a_changed_file_is_refused(authority, holder, responders, spoil):
    authority.revoke(holder)
    authority.publish()
    file = _folder() / spoil
    changed = bytearray(file.read_bytes())
    changed[-1] ^= 1
    file.write_bytes(changed)
    responders.application.refresh()
    asked = question(authority, holder.serial_number)
    assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.GOOD, "the one before"


def test_a_generation_signed_by_somebody_else_is_refused(authority, holder, responders):
    authority.revoke(holder)
    authority.publish()
    text = (_folder() / "manifest.json").read_bytes()
    (_folder() / "manifest.sig").write_bytes(status_files.sign(text, key=generate(KeyAlgorithm.P256)))
    responders.application.refresh()
    asked = question(authority, holder.serial_number)
    assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.GOOD


def test_an_older_generation_is_refused(authority, holder, responders):
    older = status_files.current_number(publication.folder())
    authority.revoke(holder)
    authority.publish()
    responders.application.refresh()
    _show(older)
    responders.application.refresh()
    asked = question(authority, holder.serial_number)
    assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.REVOKED


def test_an_older_generation_under_a_newer_number_is_refused(authority, holder, responders):
    older = _folder()
    authority.revoke(holder)
    authority.publish()
    responders.application.refresh()
    older.rename(older.with_name("99"))
    _show(99)
    responders.application.refresh()
    asked = question(authority, holder.serial_number)
    assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.REVOKED


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/ocsp", 405),
        ("GET", "/tsa", 405),
        ("GET", "/", 404),
        ("GET", "/crl/other.crl", 404),
        ("GET", "/crl/../manifest.json", 404),
        ("GET", "/crl/statuses", 404),
        ("GET", "/ca/ocsp.key", 404),
        ("POST", "/ca/root.cer", 404),
        ("GET", "/healthz", 200),
    ],
)
def test_there_is_nothing_else_to_be_had(responders, method, path, status):
    assert responders(method, path).status == status


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", timestamps.PkiFailureInfo.BAD_DATA_FORMAT),
        (b"junk", timestamps.PkiFailureInfo.BAD_DATA_FORMAT),
        (b"\x30" * 5000, timestamps.PkiFailureInfo.BAD_REQUEST),
    ],
)
def test_what_is_no_time_stamp_request_is_refused_with_its_failure(responders, body, failure):
    exchange = responders("POST", "/tsa", body)
    assert exchange.headers["content-type"] == "application/timestamp-reply"
    assert exchange.content == timestamps.refuse(failure)


def findings(document, rules):
    return [
        description.finding.code
        for result in rules.validate(document.root)
        for description in result.finding_descriptions
        if description.finding.severity <= ValidationFindingSeverity.NOTICE
    ]


def test_pkilint_finds_nothing_in_answers_and_lists(authority, holder, responders):
    authority.revoke(holder)
    other = authority.issue("individual_auth", **AIGERIM)
    authority.publish()
    responders.application.refresh()
    decoders = [
        pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
        pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
    ]
    rules = ocsp_rules.create_pkix_ocsp_response_validator_container(
        [ocsp_rules.create_response_decoder(), *decoders], []
    )
    for number in (holder.serial_number, other.serial_number, 7):
        answer = responders("POST", "/ocsp", question(authority, number)).content
        assert findings(loader.load_ocsp_response(answer, "answer"), rules) == []
    rules = crl_rules.create_pkix_crl_validator_container(
        decoders,
        [
            crl_rules.create_issuer_validator_container([]),
            crl_rules.create_validity_validator_container([]),
            crl_rules.create_extensions_validator_container([]),
        ],
    )
    names = ("issuing", "issuing-0", "issuing-delta", "issuing-0-delta", "root")
    for name_of_list in names:
        content = responders("GET", f"/crl/{name_of_list}.crl").content
        assert findings(loader.load_crl(content, "list"), rules) == []


def test_a_list_that_a_client_has_is_not_sent_again(authority, holder, responders):
    first = responders("GET", "/crl/issuing.crl")
    told = {"if-none-match": first.headers["etag"]}
    assert responders("GET", "/crl/issuing.crl", sent=told).status == 304
    authority.revoke(holder)
    authority.publish()
    responders.application.refresh()
    assert responders("GET", "/crl/issuing.crl", sent=told).status == 200
