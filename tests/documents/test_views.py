"""A look lasts a few minutes, is marked in both cabinets at once, and the owner can stop it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone
from tests.documents.test_claims import scan, token_of

from senim.documents import kinds
from senim.documents.models import View
from senim.settings import settings

IDENTITY_CARD = kinds.kind_named("identity_card")


@pytest.fixture
def looking(opened, viewer):
    """The address of the viewer's page."""
    return scan(viewer, token_of(opened))["Location"]


@pytest.mark.clause("DD-18b")
def test_both_cabinets_show_the_mark_at_once(opened, viewer, looking):
    for page in ("/en/cabinet/", "/en/documents/seen/"):
        assert viewer.surname in opened.owner.browser.get(page).content.decode()
        assert opened.owner.surname in viewer.browser.get(page).content.decode()
    assert [view["who"].split()[0] for view in opened.state()["views"]] == [viewer.surname]


@pytest.mark.clause("DD-18b")
def test_marks_can_be_told_apart_by_whose_document_it_was(opened, viewer, looking):
    assert viewer.surname not in opened.owner.browser.get("/en/documents/seen/?show=others").content.decode()
    assert viewer.surname in opened.owner.browser.get("/en/documents/seen/?show=mine").content.decode()


@pytest.mark.clause("DD-16", "DD-18b")
def test_the_owner_stops_the_look(opened, viewer, looking):
    stop = opened.state()["views"][0]["stop_url"]
    for _ in range(2):
        assert opened.owner.browser.post(stop).status_code == 302
    assert viewer.browser.get(f"{looking}state/").json() == {"state": "stopped"}
    answer = viewer.browser.get(looking)
    assert answer.status_code == 409
    assert "Сәрсенова" not in answer.content.decode()
    assert "stopped" in opened.owner.browser.get("/en/documents/seen/").content.decode()


@pytest.fixture
def while_asked(monkeypatch):
    """What happens while the registry is being asked."""

    def has(happen):
        def fetch(**said):
            answer = IDENTITY_CARD.fetch(**said)
            happen()
            return answer

        monkeypatch.setattr(kinds, "KINDS", (replace(IDENTITY_CARD, fetch=fetch),))

    return has


@pytest.mark.clause("DD-16")
def test_a_look_stopped_while_a_registry_takes_its_time_shows_nothing(opened, viewer, looking, while_asked):
    stop = opened.state()["views"][0]["stop_url"]
    while_asked(lambda: opened.owner.browser.post(stop))
    answer = viewer.browser.get(looking)
    assert answer.status_code == 409
    assert "stopped" in answer.content.decode()
    assert "Сәрсенова" not in answer.content.decode()


def test_closing_the_access_ends_the_looks_that_are_going_on(opened, viewer, looking):
    opened.owner.browser.post(f"{opened.page}close/")
    assert viewer.browser.get(looking).status_code == 409


def test_nobody_else_can_stop_or_see_it(opened, viewer, looking, sign_in):
    stranger, stop = sign_in("askar"), opened.state()["views"][0]["stop_url"]
    assert stranger.browser.get(looking).status_code == 404
    assert stranger.browser.get(f"{looking}state/").status_code == 404
    assert stranger.browser.post(stop).status_code == 404
    assert viewer.browser.post(stop).status_code == 404
    assert viewer.browser.get(looking).status_code == 200


@pytest.mark.clause("DD-19b")
def test_the_permission_to_view_ends_by_itself(viewer, looking):
    with time_machine.travel(timezone.now() + settings.view_lifetime + timedelta(seconds=1)):
        assert viewer.browser.get(f"{looking}state/").json() == {"state": "closed"}
        assert viewer.browser.get(looking).status_code == 409


@pytest.mark.clause("DD-19b")
def test_a_look_begun_while_the_clock_was_ahead_does_not_go_on_until_then(viewer, looking):
    ahead = timedelta(days=40)
    View.objects.update(opened_at=F("opened_at") + ahead, closes_at=F("closes_at") + ahead)
    assert viewer.browser.get(f"{looking}state/").json() == {"state": "closed"}
    assert viewer.browser.get(looking).status_code == 409


def test_the_viewer_finishes_early(viewer, looking):
    viewer.browser.post(f"{looking}finish/")
    assert viewer.browser.get(looking).status_code == 409


@pytest.mark.clause("DD-13", "DD-19a")
def test_each_look_asks_the_registry_anew(viewer, looking, world):
    world.fault("documents", "down")
    assert viewer.browser.get(looking).status_code == 503
    world.fault("documents", "ok")
    assert viewer.browser.get(looking).status_code == 200
