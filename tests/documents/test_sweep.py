"""What has run out ends by itself, what served is forgotten, and the marks stay."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.documents.test_claims import scan, token_of, type_code

from senim.documents.models import Claim, Grant, QrToken, SpentCode, View
from senim.documents.sweep import sweep
from senim.journal.models import Entry
from senim.settings import settings

SECOND = timedelta(seconds=1)


@pytest.fixture
def used(opened, viewer):
    """An access that was looked at and asked for, then left alone."""
    scan(viewer, token_of(opened))
    type_code(viewer, opened.state()["code"])
    return opened


def verbs() -> list[str]:
    return list(Entry.objects.values_list("verb", flat=True))


@pytest.mark.clause("DD-15")
def test_an_access_and_a_look_left_alone_end_in_the_table_too(used):
    at = timezone.now() + settings.open_access_lifetime + settings.view_lifetime
    swept = sweep(at=at)
    assert (swept.closed, swept.ended) == (1, 1)
    assert (Grant.objects.get().state, View.objects.get().state) == ("closed", "run out")
    assert View.objects.get().ended_at == View.objects.get().closes_at
    assert verbs().count("documents.run_out") == 2
    assert sweep(at=at).ended == 0


def test_nothing_that_lives_is_swept(used):
    swept = sweep(at=timezone.now() + SECOND)
    assert (swept.closed, swept.ended, swept.tokens, swept.claims, swept.codes) == (0, 0, 0, 0, 0)
    assert "documents.sweep" not in verbs()
    assert used.state()["state"] == "open"


def test_tokens_claims_and_codes_are_forgotten_after_their_terms_and_marks_are_kept(used, viewer):
    now = timezone.now()
    sweep(at=now + settings.qr_tokens_kept)
    assert Claim.objects.count() == 1
    sweep(at=now + settings.qr_tokens_kept + timedelta(minutes=10))
    assert not QrToken.objects.exists()
    sweep(at=now + settings.claims_kept + timedelta(minutes=10))
    assert not Claim.objects.exists()
    assert not SpentCode.objects.exists()
    assert viewer.surname in used.owner.browser.get("/en/documents/seen/").content.decode()


def test_claims_count_against_their_viewer_at_least_a_day():
    assert settings.claims_kept >= timedelta(days=1)
