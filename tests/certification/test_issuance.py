"""Only what was linted is signed, each preparation once, and every profile without a finding."""

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from pkilint.validation import ValidationFindingSeverity

from senim.certification import issuance, profiles, templates
from senim.certification.facts import SubjectFacts
from senim.certification.issuance import NotPrepared, issue, prepare
from senim.certification.lint import LintFound, lint
from senim.certification.templates import shard_of
from senim.pki.certificates import new_serial_number, tbs_of
from senim.pki.keys import KeyAlgorithm, UnsupportedKey, generate
from senim.settings import settings

NOW = datetime.now(UTC)
PERSON = SubjectFacts(
    iin="940308492147",
    surname="Сәрсенова",
    given_name="Айгерім",
    patronymic="Нұрланқызы",
    email="aigerim@mail.test",
    organisation="Тұрғын үй басқармасы",
    bin="980140903413",
)
SERVICE = SubjectFacts(common_name="Senim Sandbox OCSP Responder", organisation="Senim Sandbox")
FOR_PEOPLE = [
    name
    for name in profiles.names()
    if profiles.profile(name).issuer == "issuing" and profiles.profile(name).subject != "service"
]


def prepared(authority, profile="individual_sign", facts=PERSON, algorithm=KeyAlgorithm.P256, **changes):
    arguments = {
        "profile": profiles.profile(profile),
        "facts": facts,
        "public_key": generate(algorithm).public_key(),
        "serial_number": new_serial_number(),
        "at": NOW,
    }
    return prepare(authority.authority, **(arguments | changes))


def test_exactly_the_prepared_bytes_are_signed(authority):
    ready = prepared(authority)
    der = issue(authority.authority, ready)
    assert tbs_of(der) == ready.tbs
    x509.load_der_x509_certificate(der).verify_directly_issued_by(
        x509.load_der_x509_certificate(authority.issuing)
    )


def test_a_preparation_is_redeemed_once(authority):
    ready = prepared(authority)
    issue(authority.authority, ready)
    with pytest.raises(NotPrepared):
        issue(authority.authority, ready)


def test_what_prepare_did_not_return_is_never_signed(authority):
    ready = prepared(authority)
    for forged in (copy.copy(ready), replace(ready, tbs=ready.tbs), None, ready.tbs, object()):
        with pytest.raises(NotPrepared):
            issue(authority.authority, forged)
    assert issue(authority.authority, ready)


def test_a_preparation_of_another_authority_is_never_signed(authority):
    ready = prepared(authority)
    other = replace(authority.authority, issuer=replace(authority.authority.issuer, label="root"))
    with pytest.raises(NotPrepared):
        issue(other, ready)


def test_the_same_facts_give_the_same_bytes_and_the_same_signature(authority):
    key, number = generate(KeyAlgorithm.P256).public_key(), new_serial_number()
    one, other = (
        issue(authority.authority, prepared(authority, public_key=key, serial_number=number))
        for _ in range(2)
    )
    assert one == other


@pytest.fixture
def not_even_a_notice(monkeypatch):
    """Stricter than issuing is."""
    monkeypatch.setattr("senim.certification.lint.WORST_ALLOWED", ValidationFindingSeverity.INFO)


def test_authorities_are_without_findings(authority, not_even_a_notice):
    for certificate in (authority.root, authority.issuing):
        lint(certificate)


@pytest.mark.parametrize("profile", FOR_PEOPLE)
def test_every_profile_is_without_findings(authority, profile, not_even_a_notice):
    lint(issue(authority.authority, prepared(authority, profile)))


@pytest.mark.parametrize("profile", ["individual_sign", "individual_auth", "state_body"])
@pytest.mark.parametrize("algorithm", [KeyAlgorithm.P384, KeyAlgorithm.RSA2048])
def test_other_algorithms_are_without_findings(authority, profile, algorithm, not_even_a_notice):
    lint(issue(authority.authority, prepared(authority, profile, algorithm=algorithm)))


@pytest.mark.parametrize("profile", ["ocsp", "tsa"])
def test_profiles_of_services_are_without_findings(authority, profile, not_even_a_notice):
    lint(issue(authority.authority, prepared(authority, profile, facts=SERVICE)))


def test_each_profile_is_known_again_by_its_usages():
    for name in (*FOR_PEOPLE, "ocsp", "tsa"):
        profile = profiles.profile(name)
        assert profiles.of_usages(frozenset(profile.extended_key_usage), profile.key_usage) == name
    assert profiles.of_usages(frozenset({"1.3.6.1.5.5.7.3.1"}), frozenset({"digital_signature"})) == ""


def test_an_unknown_profile_is_refused():
    for name in ("", "../oids", "citizen"):
        with pytest.raises(profiles.UnknownProfile):
            profiles.profile(name)


def test_a_key_the_profile_does_not_allow_is_refused(authority):
    with pytest.raises(UnsupportedKey):
        prepared(authority, "ocsp", facts=SERVICE, algorithm=KeyAlgorithm.RSA2048)


def test_a_finding_stops_issuance(authority):
    with pytest.raises(LintFound) as found:
        prepared(authority, facts=replace(PERSON, email="no address"))
    assert found.value.findings


def test_nothing_outlives_its_issuer(authority):
    ready = prepared(authority, at=authority.authority.issuer.not_after - timedelta(days=3))
    assert ready.not_after == authority.authority.issuer.not_after


def test_a_certificate_says_where_to_ask(authority):
    said = x509.load_der_x509_certificate(issue(authority.authority, prepared(authority)))
    points = said.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert points[0].full_name[0].value == f"{settings.responders_origin}/crl/issuing-0.crl"
    access = said.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert [one.access_location.value for one in access] == [
        f"{settings.responders_origin}/ocsp",
        f"{settings.responders_origin}/ca/issuing.cer",
    ]


def test_the_delegate_of_status_answers_is_not_itself_asked_about():
    said = x509.load_der_x509_certificate((settings.home / "certificates" / "ocsp.cer").read_bytes())
    assert said.extensions.get_extension_for_class(x509.OCSPNoCheck)
    usages = said.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usages) == [x509.ExtendedKeyUsageOID.OCSP_SIGNING]


def test_with_several_parts_of_the_list_a_certificate_keeps_to_one(authority, monkeypatch):
    monkeypatch.setattr(templates, "settings", replace(settings, crl_shards=4))
    for _ in range(8):
        said = x509.load_der_x509_certificate(issue(authority.authority, prepared(authority)))
        points = said.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        assert points[0].full_name[0].value.endswith(f"/crl/issuing-{shard_of(said.serial_number)}.crl")
        assert shard_of(said.serial_number) == said.serial_number % 4


def test_serial_numbers_are_random_in_every_bit():
    """CA/B Forum BR 7.1.2 asks for 64 bits of a CSPRNG; ours have 158, below one that is always set."""
    drawn = [new_serial_number() for _ in range(10_000)]
    assert len(set(drawn)) == len(drawn)
    assert all(0 < number < 2**159 for number in drawn)
    for bit in range(158):
        share = sum(number >> bit & 1 for number in drawn) / len(drawn)
        assert 0.45 < share < 0.55, bit


def test_the_set_of_outstanding_preparations_does_not_grow(authority):
    prepared(authority)
    assert not list(issuance._outstanding)
