"""An organisation's own side of the marks: what its systems were shown, and not whose it was (DD-18b)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.accounts.citizen import words
from tests.accounts.organisations import inside
from tests.documents.test_systems import Till
from tests.partnering import system_of

from senim.accounts.systems.process import OF_DOCUMENTS
from senim.countries.kz import roles, times
from senim.documents import seen_by_systems
from senim.documents.models import View

pytestmark = [pytest.mark.django_db, pytest.mark.clause("DD-18b", "DD-4b")]
PAGE = "/en/organisation/seen/"


@pytest.fixture
def tills(world):
    """Two of the pharmacy's systems; the bank has one, too."""
    own = {"entity": world.legal_entity("pharmacy"), "purposes": OF_DOCUMENTS}
    first, second = (system_of(**own, name=name) for name in ("Касса", "Терминал"))
    bank = system_of(world.legal_entity("bank"), name="Банкомат", purposes=OF_DOCUMENTS)
    return Till(first), Till(second, scope="present"), Till(bank)


@pytest.fixture
def head(world, authority):
    return inside(world, authority).browser


@pytest.fixture
def seen(tills, opened):
    """Three looks, an hour between them: of each till, the first stopped by the owner."""
    now = timezone.now()
    for ago, till in zip((3, 2, 1), tills, strict=True):
        claim = till.ask(opened.state()["code"], purpose=till.scope).json()
        assert opened.answer(claim["number"]) == "opened"
        look = View.objects.get(viewer_id=till.partner.client_id)
        if ago == 3:
            opened.owner.browser.post(f"/en/documents/seen/{look.pk}/stop/")
        began = now - timedelta(hours=ago)
        View.objects.filter(pk=look.pk).update(opened_at=began, closes_at=began + timedelta(minutes=5))
    return View.objects.order_by("opened_at")


def rows(page) -> list[str]:
    body = page.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>") if row.strip()]


def systems_on(page) -> list[str]:
    return [name for row in rows(page) for name in ("Касса", "Терминал", "Банкомат") if name in row]


def test_time_system_purpose_kind_and_outcome_are_listed_of_its_own_systems_only(head, seen):
    page = head.get(PAGE)
    assert systems_on(page) == ["Терминал", "Касса"], "the newest first, nobody else's"
    newest, oldest = rows(page)
    assert "to present the document to the organisation" in newest
    assert "to view the document" in oldest
    assert "closed" in newest
    assert "stopped by the owner" in oldest
    assert times.local(seen[0].opened_at).strftime("%H:%M") in oldest
    assert all("Identity card" in row for row in (newest, oldest))


def test_it_says_nothing_of_whose_documents_they_were(head, seen, world):
    owner, page = world.person("aigerim"), head.get(PAGE).content.decode()
    for secret in (owner.iin, owner.surname, owner.given_name, str(seen[0].owner_id), str(seen[0].pk)):
        assert secret not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "касс"}, ["Касса"]),
        ({"words": "терминал present"}, ["Терминал"]),
        ({"words": "identity"}, ["Терминал", "Касса"]),
        ({"words": "касса present"}, []),
        ({"words": "Банкомат"}, []),
        ({"outcome": "stopped"}, ["Касса"]),
        ({"outcome": "closed"}, ["Терминал"]),
        ({"outcome": "open"}, []),
        ({"order": "oldest"}, ["Касса", "Терминал"]),
        ({"order": "system"}, ["Касса", "Терминал"]),
        ({"day": "2001-01-01"}, []),
    ],
    ids=lambda given: "-".join(map(str, given.values())) if isinstance(given, dict) else "",
)
def test_it_can_be_searched_and_sorted(head, seen, asked, found):
    page = head.get(PAGE, asked)
    assert systems_on(page) == found
    assert ("Nothing found" in words(page)) == (found == [])


def test_a_day_is_one_of_this_country(head, seen):
    day = times.local(seen[0].opened_at).date()
    for_that_day = [one for one in seen[:2] if times.local(one.opened_at).date() == day]
    assert len(rows(head.get(PAGE, {"day": day.isoformat()}))) == len(for_that_day)
    assert rows(head.get(PAGE, {"day": "9999-12-31"})) == rows(head.get(PAGE, {"day": "0001-01-01"})) == []
    wrong = head.get(PAGE, {"day": "14.13.2031"})
    assert (wrong.status_code, "Give the whole date" in words(wrong)) == (422, True)


def test_a_long_list_is_cut_and_says_so(head, seen, monkeypatch):
    monkeypatch.setattr(seen_by_systems, "AT_MOST", 1)
    page = head.get(PAGE)
    assert systems_on(page) == ["Терминал"]
    assert "Search by day or system" in words(page)


def test_who_has_no_system_and_who_has_seen_nothing_read_so(head, world):
    assert "no admitted information system" in words(head.get(PAGE))
    system_of(world.legal_entity("pharmacy"), name="Касса", purposes=OF_DOCUMENTS)
    assert "have not seen any document yet" in words(head.get(PAGE))


@pytest.mark.parametrize("role", roles.ROLES)
def test_who_may_sign_for_the_organisation_sees_it_and_nobody_else(world, authority, role):
    browser = inside(world, authority, role=role).browser
    may = role in {roles.FIRST_HEAD, "right_to_sign"}
    assert browser.get(PAGE).status_code == (200 if may else 404)
    assert (PAGE in browser.get("/en/cabinet/").content.decode()) is may


def test_a_person_for_themselves_finds_no_such_page(viewer):
    assert viewer.browser.get(PAGE).status_code == 404
