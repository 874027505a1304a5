"""What is in a certificate of each profile, read by another library than the one that lints it."""

from datetime import timedelta

import pytest
from cryptography import x509
from tests.certification.test_issuance import NOW, PERSON, SERVICE, prepared

from senim.certification import profiles
from senim.certification.facts import SubjectFacts
from senim.certification.issuance import Authority, digest_of_key, issue
from senim.certification.templates import crl_address
from senim.countries.kz import subjects
from senim.pki.certificates import key_id, subject_of
from senim.pki.keys import KeyAlgorithm, UnsupportedKey, generate
from senim.settings import settings

OIDS = x509.ExtensionOID
CLIENT, MAIL, STAMPING, STATUS = (f"1.3.6.1.5.5.7.3.{number}" for number in (2, 4, 8, 9))
INDIVIDUAL, ENTITY, OPERATOR = "1.2.398.3.3.4.1.1", "1.2.398.3.3.4.1.2", "1.2.398.3.3.4.2.3"
SIGNING = {"digital_signature", "content_commitment"}


def issued(authority, profile="individual_sign", facts=PERSON, **changes):
    return issue(authority.authority, prepared(authority, profile, facts, **changes))


def read(der):
    return x509.load_der_x509_certificate(der)


def own(label):
    return read((settings.home / "certificates" / f"{label}.cer").read_bytes())


def usages(certificate):
    said = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
    more = ("key_agreement", "key_cert_sign", "crl_sign")
    assert said.critical
    return {name for name in names + more if getattr(said.value, name)}


def extended(certificate):
    said = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    return [oid.dotted_string for oid in said.value], said.critical


@pytest.mark.parametrize(
    ("profile", "key_usage", "extended_key_usage"),
    [
        ("individual_sign", SIGNING, [MAIL, INDIVIDUAL]),
        ("individual_auth", {"digital_signature"}, [CLIENT, INDIVIDUAL]),
        ("operator_sign", SIGNING, [MAIL, OPERATOR]),
        ("operator_auth", {"digital_signature"}, [CLIENT, OPERATOR]),
        ("official", SIGNING, [MAIL, ENTITY, f"{ENTITY}.2"]),
        ("authorised_body", SIGNING, [MAIL, ENTITY, f"{ENTITY}.1"]),
        ("state_body", SIGNING, [MAIL, ENTITY]),
    ],
)
def test_usages_are_those_of_the_profile(authority, profile, key_usage, extended_key_usage):
    said = read(issued(authority, profile))
    assert usages(said) == key_usage
    assert extended(said) == (extended_key_usage, False)
    policies = said.extensions.get_extension_for_class(x509.CertificatePolicies)
    assert [policy.policy_identifier.dotted_string for policy in policies.value] == ["1.2.398.3.3.2"]
    assert not policies.critical


def test_usages_of_the_responders_are_those_their_standards_ask_for(ceremony_performed):
    assert (usages(own("ocsp")), extended(own("ocsp"))) == ({"digital_signature"}, ([STATUS], False))
    assert (usages(own("tsa")), extended(own("tsa"))) == ({"digital_signature"}, ([STAMPING], True))


def test_authorities_sign_certificates_and_lists_and_none_is_below_the_issuing_one(ceremony_performed):
    for label, path_length in (("root", None), ("issuing", 0)):
        basic = own(label).extensions.get_extension_for_class(x509.BasicConstraints)
        assert (basic.value.ca, basic.value.path_length, basic.critical) == (True, path_length, True)
        assert usages(own(label)) == {"key_cert_sign", "crl_sign"}


def test_a_persons_certificate_is_no_authority_and_carries_nothing_of_a_responder(authority):
    found = {extension.oid for extension in read(issued(authority)).extensions}
    assert not found & {OIDS.BASIC_CONSTRAINTS, OIDS.OCSP_NO_CHECK}


def test_keys_are_named_by_their_ids(authority):
    key = generate(KeyAlgorithm.P256).public_key()
    said = read(issued(authority, public_key=key)).extensions
    theirs = own("issuing").extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    of_issuer = said.get_extension_for_class(x509.AuthorityKeyIdentifier)
    of_subject = said.get_extension_for_class(x509.SubjectKeyIdentifier)
    assert (of_issuer.value.key_identifier, of_issuer.critical) == (theirs, False)
    assert (of_subject.value.digest, of_subject.critical) == (key_id(key), False)


def test_the_mail_address_stands_where_mail_programs_look(authority):
    said = read(issued(authority)).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert said.value.get_values_for_type(x509.RFC822Name) == ["aigerim@mail.test"]
    without = read(issued(authority, facts=SubjectFacts(iin=PERSON.iin, surname="Шмидт", given_name="Анна")))
    assert OIDS.SUBJECT_ALTERNATIVE_NAME not in {extension.oid for extension in without.extensions}


@pytest.mark.parametrize("profile", ["individual_sign", "individual_auth", "operator_sign", "operator_auth"])
def test_a_person_is_named_without_the_organisation_they_may_work_for(authority, profile):
    said = subjects.read(subject_of(issued(authority, profile)))
    assert (said.iin, said.common_name) == (PERSON.iin, "СӘРСЕНОВА АЙГЕРІМ")
    assert (said.organisation, said.bin) == ("", "")


@pytest.mark.parametrize("profile", ["official", "authorised_body"])
def test_who_acts_for_a_legal_entity_is_named_with_it(authority, profile):
    said = subjects.read(subject_of(issued(authority, profile)))
    assert (said.iin, said.surname, said.patronymic) == (PERSON.iin, "СӘРСЕНОВА", "НҰРЛАНҚЫЗЫ")
    assert (said.organisation, said.bin) == ("Тұрғын үй басқармасы", "980140903413")


def test_a_body_is_named_without_a_person(authority):
    said = subjects.read(subject_of(issued(authority, "state_body")))
    assert (said.common_name, said.organisation) == ("Тұрғын үй басқармасы", "Тұрғын үй басқармасы")
    assert (said.bin, said.iin, said.surname) == ("980140903413", "", "")


def test_a_service_is_named_by_its_common_name_and_owner(ceremony_performed):
    said = subjects.read(subject_of((settings.home / "certificates" / "tsa.cer").read_bytes()))
    assert (said.common_name, said.organisation) == ("Senim Sandbox Time-Stamp Authority", "Senim Sandbox")
    assert (said.country, said.bin) == ("KZ", "")


@pytest.mark.parametrize(("profile", "days"), [("individual_sign", 365), ("state_body", 1095)])
def test_the_last_second_of_the_validity_period_counts(authority, profile, days):
    at = NOW.replace(microsecond=700_000)
    said = read(issued(authority, profile, at=at))
    assert said.not_valid_before_utc == at.replace(microsecond=0)
    lasts = said.not_valid_after_utc - said.not_valid_before_utc
    assert lasts == timedelta(days=days) - timedelta(seconds=1)


def test_addresses_of_the_responders_are_those_of_their_profiles(ceremony_performed):
    def points(label):
        found = own(label).extensions
        lists = [each for each in found if each.oid == OIDS.CRL_DISTRIBUTION_POINTS]
        access = [each for each in found if each.oid == OIDS.AUTHORITY_INFORMATION_ACCESS]
        return (
            [point.full_name[0].value for each in lists for point in each.value],
            [place.access_location.value for each in access for place in each.value],
        )

    of = settings.responders_origin
    assert points("root") == ([], [])
    assert points("issuing") == ([f"{of}/crl/root.crl"], [f"{of}/ca/root.cer"])
    assert points("ocsp") == ([], [f"{of}/ca/issuing.cer"])
    assert points("tsa") == (
        [f"{of}/crl/issuing-0.crl"],
        [f"{of}/ocsp", f"{of}/ca/issuing.cer"],
    )
    assert crl_address("issuing") == f"{of}/crl/issuing.crl"


def test_a_refusal_of_a_key_names_profile_and_key(authority):
    with pytest.raises(UnsupportedKey, match="ocsp takes no RSA-2048"):
        prepared(authority, "ocsp", facts=SERVICE, algorithm=KeyAlgorithm.RSA2048)


def test_a_profile_of_another_authority_is_not_issued(authority):
    with pytest.raises(ValueError, match="issuing is not issued by issuing"):
        prepared(authority, "issuing", facts=SERVICE)


def test_an_authority_whose_key_does_not_belong_to_its_certificate_does_not_start(authority):
    stranger = generate(KeyAlgorithm.P256)
    with pytest.raises(ValueError, match="the key of issuing does not belong"):
        Authority.of("issuing", certificate=authority.issuing, key=stranger)


def test_a_root_signs_itself_for_twenty_years_from_the_whole_second_on(authority):
    key = generate(KeyAlgorithm.P256)
    root = Authority.root("root", facts=SERVICE, key=key, at=NOW.replace(microsecond=5))
    assert root.issuer.label == "root"
    assert root.issuer.key_id == key_id(key.public_key())
    assert root.issuer.not_after == NOW.replace(microsecond=0) + timedelta(days=7300)
    assert (root.issuer.sandbox, root.key) == (False, key)
    assert root.issuer.name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value == SERVICE.common_name


def test_what_was_prepared_says_whose_it_will_be(authority):
    key = generate(KeyAlgorithm.P256).public_key()
    ready = prepared(authority, public_key=key, serial_number=77)
    assert (ready.issuer, ready.serial_number, ready.facts) == ("issuing", 77, PERSON)
    assert (ready.profile, ready.key_digest) == (profiles.profile("individual_sign"), digest_of_key(key))
    assert ready.not_after - ready.not_before == timedelta(days=365) - timedelta(seconds=1)
