"""What the cabinet shows about the person who is signed in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import words
from tests.ordering import applicant

from senim.certification.facts import CertificateFacts
from senim.pki.ocsp import CertStatus
from senim.portal.certificates import state_of

AT = datetime(2026, 11, 21, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.clause("PT-2.10")
def test_the_cabinet_greets_and_shows_certificates_phone_documents_and_session(inside, authority):
    authority.publish()
    page = words(inside.browser.get("/en/cabinet/"))
    assert "Hello, Айгерім" in page
    assert "For signing" in page
    assert "For signing in" in page
    assert page.count("Valid") >= 2
    assert "No number yet" in page
    assert "Signed in" in page
    assert "Nobody has looked yet" in page


def test_the_iin_is_masked(inside):
    page = inside.browser.get("/en/cabinet/").content.decode()
    assert inside.iin not in page
    assert inside.iin[-4:] in page


def test_a_revoked_certificate_is_shown_as_revoked(inside, authority):
    authority.revoke(inside.sign)
    assert "Revoked" in words(inside.browser.get("/en/cabinet/"))


def test_a_certificate_that_ends_soon_is_announced(inside, authority):
    authority.issue(
        "individual_sign", iin=inside.iin, **inside.names, not_after=timezone.now() + timedelta(days=12)
    )
    authority.publish()
    assert "Your certificate ends soon" in words(inside.browser.get("/en/cabinet/"))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_cabinet_speaks_every_language(inside, language):
    page = inside.browser.get(f"/{language}/cabinet/")
    assert page.status_code == 200
    assert f'lang="{language}"' in page.content.decode()


def test_the_cabinet_is_for_people_who_are_signed_in(db):
    assert Client().get("/en/cabinet/")["Location"].startswith("/en/sign-in/")


@pytest.mark.parametrize(
    ("begins", "ends", "revoked", "state"),
    [
        (-DAY, 300 * DAY, None, "valid"),
        (-DAY, 20 * DAY, None, "soon"),
        (DAY, 300 * DAY, None, "early"),
        (-2 * DAY, -DAY, None, "expired"),
        (-DAY, 300 * DAY, AT, "revoked"),
    ],
)
def test_a_certificates_state_in_one_word(begins, ends, revoked, state):
    assert state_of(certificate(begins, ends, revoked), at=AT) == state


@pytest.mark.parametrize(("ends", "state"), [(300 * DAY, "coming"), (-DAY / 2, "expired")])
def test_one_that_no_responder_knows_yet_is_said_to_be_coming(ends, state):
    assert state_of(replace(certificate(-DAY, ends, None), is_published=False), at=AT) == state


def test_only_a_citizens_own_kinds_are_listed(inside, authority):
    authority.issue("operator_sign", iin=inside.iin, **inside.names)
    page = words(inside.browser.get("/en/certificates/"))
    assert page.count("For signing") == 2  # one of them for signing in


def certificate(begins, ends, revoked, profile="individual_sign"):
    return CertificateFacts(
        serial_number=1,
        profile=profile,
        not_before=AT + begins,
        not_after=AT + ends,
        der=b"",
        status=CertStatus.REVOKED if revoked else CertStatus.GOOD,
        revoked_at=revoked,
        reason=None,
    )


def test_the_cabinet_shows_the_persons_own_applications(inside, world, authority):
    assert "My applications" not in words(inside.browser.get("/en/cabinet/"))
    number = applicant(world.person("aigerim")).order()
    applicant(world.person("daniyar")).order()
    page = words(inside.browser.get("/en/cabinet/"))
    assert "My applications" in page
    assert page.count("Certificate order") == 1
    assert number in page.replace(" ", "")
