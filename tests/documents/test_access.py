"""Open access: a QR and a six-digit code, for a moment, ended at will."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from senim.documents import access
from senim.documents.advance import _advance
from senim.documents.display import DocumentExpired, checked
from senim.documents.kinds import kind_named
from senim.documents.models import Grant, QrToken
from senim.documents.process import Actor
from senim.registries.documents import IdentityCard
from senim.settings import settings


@pytest.mark.clause("DD-15")
def test_opening_makes_a_qr_and_a_six_digit_code(opened):
    state = opened.state()
    assert re.fullmatch(r"\d{6}", state["code"])
    assert state["qr_svg"].startswith("<svg")
    page = opened.owner.browser.get(opened.page).content.decode()
    assert state["code"][:3] in page
    assert "<svg" in page


@pytest.mark.clause("DD-15")
def test_the_code_is_alive_for_two_minutes_and_is_then_replaced(opened):
    first = opened.state()["code"]
    with time_machine.travel(timezone.now() + settings.short_code_lifetime - timedelta(seconds=2)):
        assert opened.state()["code"] == first
    with time_machine.travel(timezone.now() + settings.short_code_lifetime + timedelta(seconds=1)):
        assert opened.state()["code"] != first


@pytest.mark.clause("DD-15")
def test_the_qr_changes_every_fifteen_seconds(opened):
    first = opened.state()["qr_svg"]
    assert opened.state()["qr_svg"] == first
    with time_machine.travel(timezone.now() + settings.qr_rotation + timedelta(seconds=1)):
        assert opened.state()["qr_svg"] != first


@pytest.mark.clause("DD-15")
def test_the_permission_is_temporary(opened):
    with time_machine.travel(timezone.now() + settings.open_access_lifetime + timedelta(seconds=1)):
        assert opened.state()["state"] == "closed"
        assert "closed" in opened.owner.browser.get(opened.page).content.decode()


def test_the_owner_closes_it_and_closing_twice_is_the_same(opened):
    for _ in range(2):
        assert opened.owner.browser.post(f"{opened.page}close/").status_code == 302
    assert opened.state()["state"] == "closed"


def test_the_owner_extends_it(opened):
    before = opened.state()["closes_at"]
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        opened.owner.browser.post(f"{opened.page}extend/")
        assert opened.state()["closes_at"] > before


def test_opening_again_closes_what_was_open(opened):
    opened.owner.browser.post("/en/documents/identity-card/open/")
    assert opened.state()["state"] == "closed"
    assert Grant.objects.filter(state="open").count() == 1


def test_somebody_elses_access_does_not_exist(opened, viewer):
    assert viewer.browser.get(opened.page).status_code == 404
    assert viewer.browser.get(f"{opened.page}state/").status_code == 404
    for action in ("close", "extend"):
        assert viewer.browser.post(f"{opened.page}{action}/").status_code == 404
    assert opened.state()["state"] == "open"


def test_code_and_token_are_not_in_the_database(opened):
    state = opened.state()
    stored = " ".join(str(row) for model in (Grant, QrToken) for row in model.objects.values_list())
    assert state["code"] not in stored
    assert bytes(QrToken.objects.get().digest).hex() not in state["qr_svg"]


def opened_now(grant, at):
    _advance(grant, "open_access", actor=Actor.OWNER, at=at)


def test_a_code_that_is_alive_is_not_given_to_anybody_else(owner, viewer, monkeypatch):
    drawn = iter(["111111", "111111", "222222"])
    monkeypatch.setattr("senim.documents.codes.code", lambda *_: next(drawn))
    at = timezone.now()
    until = at + timedelta(minutes=1)
    mine = Grant(owner_id=owner.account, kind="identity_card", opened_at=at, closes_at=until)
    access._draw_code(mine, keep=lambda: opened_now(mine, at), at=at)
    other = Grant(owner_id=viewer.account, kind="identity_card", opened_at=at, closes_at=until)
    access._draw_code(other, keep=lambda: opened_now(other, at), at=at)
    assert (other.code_counter, other.state) == (2, "open")


def test_a_code_in_quarantine_is_not_given_to_anybody(owner, viewer, monkeypatch):
    drawn = iter(["111111", "111111", "222222"])
    monkeypatch.setattr("senim.documents.codes.code", lambda *_: next(drawn))
    at = timezone.now()
    grant = Grant(
        owner_id=owner.account, kind="identity_card", opened_at=at, closes_at=at + timedelta(minutes=1)
    )
    access._draw_code(grant, keep=lambda: opened_now(grant, at), at=at)
    access._spend_code(grant, at=at)
    Grant.objects.all().delete()
    other = Grant(
        owner_id=viewer.account, kind="identity_card", opened_at=at, closes_at=at + timedelta(minutes=1)
    )
    access._draw_code(other, keep=lambda: opened_now(other, at), at=at)
    assert other.code_counter == 2


def test_an_access_its_owner_forgot_gives_its_code_back(opened, viewer):
    with time_machine.travel(timezone.now() + settings.open_access_lifetime + timedelta(seconds=1)):
        viewer.browser.post("/en/documents/identity-card/open/")
    assert Grant.objects.get(owner_id=opened.owner.account).state == "closed"


def test_a_card_expires_at_the_countrys_midnight(owner, world):
    """Midnight in Kazakhstan comes hours before midnight in Greenwich."""
    expires = world.person("aigerim").card.expires
    last_hour = datetime.combine(expires, time(18, 30), tzinfo=UTC)
    checked(_card(expires), kind_named("identity_card"), iin="940308492147", at=last_hour)
    with pytest.raises(DocumentExpired):
        checked(
            _card(expires), kind_named("identity_card"), iin="940308492147", at=last_hour + timedelta(hours=1)
        )


def _card(expires: date) -> IdentityCard:
    empty = dict.fromkeys(("number", "surname", "given_name", "patronymic", "signer_name"), "")
    return IdentityCard(
        **empty,
        iin="940308492147",
        born=expires,
        issued=expires,
        expires=expires,
        issuer={"kk": "", "ru": "", "en": ""},
        status="valid",
        portrait=b"",
        as_of=datetime.now(UTC),
        payload=b"",
        signature=b"",
    )
