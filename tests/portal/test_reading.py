"""What an applicant is advised to read is there to be read, and says what the platform really does."""

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID
from django.test import Client
from tests.ordering import text_of

from senim.certification import profiles
from senim.texts import LANGUAGES

pytestmark = pytest.mark.django_db


@pytest.mark.clause("CA-19.4a")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policy_says_of_every_kind_what_it_is_for(language):
    said = text_of(Client().get(f"/{language}/order/policy/"))
    assert "1.2.398.3.3.2" in said
    for name in ("individual_sign", "individual_auth"):
        profile = profiles.profile(name)
        assert ", ".join(profile.extended_key_usage) in said
        assert all(algorithm.value in said for algorithm in profile.algorithms)


@pytest.mark.clause("CA-19.4a")
def test_a_citizens_own_kinds_come_first_and_authorities_are_not_among_them():
    said = text_of(Client().get("/en/order/policy/"))
    assert said.index("Citizen: signing documents") < said.index("Head of the authorised body")
    assert "Valid for 1 year" in said
    assert "Valid for 3 years" in said
    assert profiles.profile("tsa").extended_key_usage[0] not in said


@pytest.mark.clause("CA-19.4a")
def test_the_addresses_are_those_that_certificates_carry(authority):
    said = text_of(Client().get("/en/order/policy/"))
    holder = authority.issue("individual_sign", iin="940308492147", surname="A", given_name="B")
    extensions = x509.load_der_x509_certificate(holder.certificate).extensions
    access = extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    assert AuthorityInformationAccessOID.OCSP in {one.access_method for one in access}
    assert all(one.access_location.value in said for one in access)
    assert "/crl/issuing.crl" in said


@pytest.mark.clause("CA-19.4a")
def test_the_service_in_short_names_limits_papers_and_centres():
    said = text_of(Client().get("/en/order/standard/")).replace("\u00a0", " ")
    assert "Issuing the certificates 1" in said
    assert "Checking your identity and papers at the centre 15" in said
    assert "Its full text is not on this portal" in said
    assert "identity" in said
