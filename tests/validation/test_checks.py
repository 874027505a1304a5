from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.pki.chain import AT, DAY, PERSON, Holder, authority, issue, issuing, key_usage, person, root

from senim.certification.status import Status
from senim.countries.kz import subjects
from senim.pki import certificates, cms
from senim.pki.crl import RevocationReason
from senim.pki.keys import KeyAlgorithm
from senim.pki.ocsp import CertStatus
from senim.texts import LANGUAGES, catalogue
from senim.validation import Indication, Report, SubIndication, TrustSet, check, check_certificate
from senim.validation.trust import Certificates

CONTENT = "Кіру: 7f3a".encode()
GOOD = Status(CertStatus.GOOD)


def trust(
    *,
    anchors: tuple[bytes, ...] | None = None,
    statuses: dict[int, Status] | None = None,
    asked: list[bytes | None] | None = None,
) -> TrustSet:
    """The test chain; certificates are good unless ``statuses`` (by serial number) says otherwise."""

    def status_of(*, issuer_key_id: bytes | None, serial_number: int, at: datetime) -> Status:
        if asked is not None:
            asked.append(issuer_key_id)
        return (statuses or {}).get(serial_number, GOOD)

    believed = Certificates((root().der,) if anchors is None else anchors, (issuing().der,))
    return TrustSet("test", lambda: believed, status_of)


def signed(holder: Holder, content: bytes = CONTENT, *, detached: bool = True) -> bytes:
    return cms.sign(content, key=holder.key, certificate=holder.der, at=AT, detached=detached)


def checked(holder: Holder, *, at: datetime = AT, statuses: dict[int, Status] | None = None) -> Report:
    return check(cms=signed(holder), content=CONTENT, at=at, trust=trust(statuses=statuses))


def serial_number_of(holder: Holder) -> int:
    return certificates.parts_of(holder.der).serial_number


def assert_failed(report: Report, sub_indication: SubIndication) -> None:
    assert (report.indication, report.sub_indication) == (Indication.TOTAL_FAILED, sub_indication)
    assert not report.passed
    assert_said(report)


def assert_open(report: Report, sub_indication: SubIndication) -> None:
    assert (report.indication, report.sub_indication) == (Indication.INDETERMINATE, sub_indication)
    assert not report.passed
    assert_said(report)


def assert_said(report: Report) -> None:
    assert report.problem is not None
    said = {report.problem.in_language(code) for code in LANGUAGES}
    assert len(said) == 3
    assert not any("{" in sentence for sentence in said)


def test_a_good_signature_passes_and_tells_who_signed() -> None:
    report = checked(person())
    assert report.passed
    assert (report.indication, report.sub_indication, report.problem) == (Indication.TOTAL_PASSED, None, None)
    assert report.signing_time == AT
    signer = report.signer
    assert signer is not None
    assert (signer.iin, signer.bin) == ("123456789012", "")
    assert (signer.surname, signer.given_name, signer.patronymic) == ("СӘРСЕНОВА", "АЙГЕРІМ", "НҰРЛАНҚЫЗЫ")
    assert signer.common_name == "СӘРСЕНОВА АЙГЕРІМ"
    assert signer.key_usage == {"digital_signature", "content_commitment"}
    assert signer.profile == "individual_sign"
    assert (signer.serial_number, signer.certificate_der) == (serial_number_of(person()), person().der)
    assert (signer.not_before, signer.not_after) == (AT - DAY, AT + 365 * DAY)
    assert signer.issuer_key_id == certificates.key_id(issuing().key.public_key())


def test_attached_content_passes_without_being_given() -> None:
    report = check(cms=signed(person(), detached=False), content=None, at=AT, trust=trust())
    assert report.passed


def test_status_is_asked_of_every_issuer_below_the_anchor() -> None:
    asked: list[bytes | None] = []
    check(cms=signed(person()), content=CONTENT, at=AT, trust=trust(asked=asked))
    assert asked == [certificates.key_id(holder.key.public_key()) for holder in (issuing(), root())]


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", bytes(10_000_000)])
def test_what_is_no_signature_fails_by_format(rubbish: bytes) -> None:
    assert_failed(check(cms=rubbish, content=CONTENT, at=AT, trust=trust()), SubIndication.FORMAT_FAILURE)


def test_other_content_fails_by_hash() -> None:
    report = check(cms=signed(person()), content=CONTENT + b".", at=AT, trust=trust())
    assert_failed(report, SubIndication.HASH_FAILURE)
    assert report.signer is None


def test_a_missing_content_leaves_the_question_open() -> None:
    report = check(cms=signed(person()), content=None, at=AT, trust=trust())
    assert_open(report, SubIndication.SIGNED_DATA_NOT_FOUND)


def test_a_signature_by_another_key_fails() -> None:
    forged = signed(replace(person(), key=issue(subject=PERSON, issuer=issuing()).key))
    report = check(cms=forged, content=CONTENT, at=AT, trust=trust())
    assert_failed(report, SubIndication.SIG_CRYPTO_FAILURE)
    assert report.signer is None


def test_a_stranger_of_the_same_names_has_no_chain() -> None:
    top = issue(subject=root().name, extensions=authority())
    between = issue(subject=issuing().name, issuer=top, extensions=authority(path_length=0))
    stranger = issue(subject=PERSON, issuer=between)
    message = cms.sign(
        CONTENT, key=stranger.key, certificate=stranger.der, at=AT, chain=(between.der, top.der)
    )
    report = check(cms=message, content=CONTENT, at=AT, trust=trust())
    assert_open(report, SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
    assert report.signer is None


def test_a_certificate_made_by_a_citizens_key_breaks_the_chains_rules() -> None:
    child = issue(subject=PERSON, issuer=person())
    message = cms.sign(CONTENT, key=child.key, certificate=child.der, at=AT, chain=(person().der,))
    report = check(cms=message, content=CONTENT, at=AT, trust=trust())
    assert_open(report, SubIndication.CHAIN_CONSTRAINTS_FAILURE)


def test_a_revoked_certificate_fails_and_says_since_when() -> None:
    status = Status(CertStatus.REVOKED, AT - DAY, RevocationReason.KEY_COMPROMISE)
    report = checked(person(), statuses={serial_number_of(person()): status})
    assert_failed(report, SubIndication.REVOKED)
    assert "20.11.2026" in str(report.problem)
    assert report.signer is not None


def test_a_certificate_on_hold_leaves_the_question_open() -> None:
    status = Status(CertStatus.REVOKED, AT - DAY, RevocationReason.CERTIFICATE_HOLD)
    assert_open(checked(person(), statuses={serial_number_of(person()): status}), SubIndication.TRY_LATER)


def test_a_certificate_we_never_issued_is_not_trusted() -> None:
    report = checked(person(), statuses={serial_number_of(person()): Status(CertStatus.UNKNOWN)})
    assert_open(report, SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)


@pytest.mark.parametrize(
    ("status", "sub_indication"),
    [
        (CertStatus.REVOKED, SubIndication.REVOKED_CA_NO_POE),
        (CertStatus.UNKNOWN, SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE),
    ],
)
def test_a_certificate_of_a_revoked_or_unknown_authority_is_not_trusted(
    status: CertStatus, sub_indication: SubIndication
) -> None:
    statuses = {serial_number_of(issuing()): Status(status, AT - DAY)}
    assert_open(checked(person(), statuses=statuses), sub_indication)


def test_an_expired_certificate_fails_and_says_when_it_ended() -> None:
    holder = issue(subject=PERSON, issuer=issuing(), not_before=AT - 9 * DAY, not_after=AT - DAY)
    report = checked(holder)
    assert_failed(report, SubIndication.EXPIRED)
    assert "20.11.2026" in str(report.problem)
    assert report.signer is not None
    assert report.signer.iin == "123456789012"


def test_a_certificate_not_yet_valid_fails_and_says_when_it_begins() -> None:
    holder = issue(subject=PERSON, issuer=issuing(), not_before=AT + timedelta(hours=8))
    report = checked(holder)
    assert_failed(report, SubIndication.NOT_YET_VALID)
    assert "22.11.2026" in str(report.problem), "the day is told in the country's time"


def test_a_certificate_outside_the_authoritys_own_time_breaks_the_chains_rules() -> None:
    holder = issue(subject=PERSON, issuer=issuing(), not_after=AT + 4000 * DAY)
    assert_open(checked(holder, at=AT + 3000 * DAY), SubIndication.CHAIN_CONSTRAINTS_FAILURE)


def test_a_weak_algorithm_leaves_the_question_open() -> None:
    message = signed(person(KeyAlgorithm.RSA2048))
    sha256, sha1 = bytes.fromhex("608648016503040201"), bytes.fromhex("608648016503040206")
    report = check(cms=message.replace(sha256, sha1), content=CONTENT, at=AT, trust=trust())
    assert_open(report, SubIndication.CRYPTO_CONSTRAINTS_FAILURE)


def test_a_certificate_alone_is_checked_by_the_same_rules() -> None:
    assert check_certificate(person().der, at=AT, trust=trust()).passed
    assert_failed(check_certificate(b"rubbish", at=AT, trust=trust()), SubIndication.FORMAT_FAILURE)
    nobody = trust(anchors=())
    assert_open(
        check_certificate(person().der, at=AT, trust=nobody), SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    )
    revoked = trust(statuses={serial_number_of(person()): Status(CertStatus.REVOKED, AT)})
    assert_failed(check_certificate(person().der, at=AT, trust=revoked), SubIndication.REVOKED)


def test_a_certificate_that_is_not_meant_for_signing_signs_nothing() -> None:
    for extensions in (authority(), (key_usage("key_agreement"),), ()):
        holder = issue(subject=PERSON, issuer=root(), extensions=extensions)
        assert_open(checked(holder), SubIndication.SIG_CONSTRAINTS_FAILURE)


def test_a_legal_entitys_certificate_has_no_person_and_no_profile_of_ours() -> None:
    name = subjects.build_service("ИС «Тест»", organisation="АО «Тест»", bin="123456789021")
    signer = check_certificate(issue(subject=name, issuer=issuing()).der, at=AT, trust=trust()).signer
    assert signer is not None
    assert (signer.iin, signer.bin, signer.organisation) == ("", "123456789021", "АО «Тест»")
    assert (signer.surname, signer.profile) == ("", "")


def test_every_way_to_fail_has_its_words_in_every_language() -> None:
    for sub_indication in SubIndication:
        words = catalogue()[f"validation.problem.{sub_indication.value.lower()}"]
        assert set(words) >= {*LANGUAGES, "note"}


ALTERED: list[Callable[[bytearray, int], None]] = [
    lambda data, at: data.__setitem__(at, data[at] ^ 0x10),
    lambda data, at: data.__delitem__(at),
]


@pytest.mark.parametrize("alter", ALTERED)
def test_no_altered_signature_passes_as_somebody_elses(alter: Callable[[bytearray, int], None]) -> None:
    message = signed(person())
    for position in range(0, len(message), 3):
        altered = bytearray(message)
        alter(altered, position)
        report = check(cms=bytes(altered), content=CONTENT, at=AT, trust=trust())
        if report.passed:
            assert report.signer is not None
            assert report.signer.certificate_der == person().der
        else:
            assert report.problem is not None
