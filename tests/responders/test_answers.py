"""Every answer of the responders: what is said, what is refused, and what is never said."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from pkilint import loader, pkix
from pkilint.pkix import crl as crl_rules
from pkilint.pkix import extension, name
from pkilint.pkix import ocsp as ocsp_rules
from pkilint.validation import ValidationFindingSeverity
from tests.responders.asking import AIGERIM, FAILURE, STATUS, answered, as_get, question

from senim.certification import publication, status_files
from senim.pki import ocsp, timestamps
from senim.pki.crl import RevocationReason
from senim.pki.keys import KeyAlgorithm, generate
from senim.settings import settings


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


def test_a_certificate_that_was_published_this_moment_is_not_unknown(authority, responders):
    fresh = authority.issue("individual_sign", **AIGERIM)
    asked = question(authority, fresh.serial_number)
    assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.UNKNOWN
    authority.publish()
    assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.GOOD


def test_a_generation_that_cannot_be_read_keeps_nobody_waiting_for_unknown(authority, holder, responders):
    authority.revoke(holder)
    authority.publish()
    (_folder() / "manifest.sig").write_bytes(b"junk")
    answer = answered(responders("POST", "/ocsp", question(authority, 5)))
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


@pytest.mark.parametrize("form", ["plain", "escaped", "without padding", "doubled slash", "escaped slashes"])
def test_a_get_is_answered_like_a_post(authority, responders, form):
    for _ in range(20):  # slashes and pluses stand elsewhere in each request
        holder = authority.issue("individual_sign", **AIGERIM)
    authority.publish()
    responders.application.refresh()
    request = question(authority, holder.serial_number, hash_name="sha1")
    answer = answered(responders("GET", as_get(request)[form]))
    assert answer.certificate_status is STATUS.GOOD
    assert answer.serial_number == holder.serial_number


def test_a_slash_at_the_end_belongs_to_the_request(authority, responders):
    asked = (question(authority, (1 << bits) - 1) for bits in (102, 110, 118))
    [request] = [one for one in asked if base64.b64encode(one).endswith(b"/")]
    for path in as_get(request).values():
        assert answered(responders("GET", path)).certificate_status is STATUS.UNKNOWN


@pytest.mark.parametrize("path", ["/ocsp", "/ocsp/", "/ocsp/zzz!", "/ocsp/%ff%ff", "/ocsp/" + "A" * 100_000])
def test_a_get_that_asks_nothing_is_malformed(responders, path):
    assert answered(responders("GET", path)).response_status is FAILURE.MALFORMED_REQUEST


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


@pytest.mark.parametrize("spoil", ["base", "recent", "issuing.crl", "manifest.json", "manifest.sig"])
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
