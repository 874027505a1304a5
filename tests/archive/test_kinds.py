"""Papers of an issue onto a card and of a revocation in person: put away, found by number, copied."""

import pytest
from tests import cards, in_person
from tests.accounts.citizen import citizen
from tests.archive.made import png
from tests.archive.test_archive import REQUEST, one_paper, put
from tests.ordering import text_of

from senim.archive.models import Paper

pytestmark = [pytest.mark.django_db, pytest.mark.clause("CA-15.4")]


def with_card(dauren, world, authority) -> str:
    page = cards.registered(dauren, world.person("aigerim").iin)
    return page.replace("/card/", "/application/")


def to_revoke(dauren, world, authority) -> str:
    return in_person.accepted(dauren, citizen(world.person("aigerim"), authority))


@pytest.mark.parametrize(
    ("begun", "kind", "named"),
    [
        (with_card, "identity_document", "An identity document"),
        (to_revoke, "revocation_request", "application to revoke"),
    ],
    ids=["card", "revocation in person"],
)
def test_its_papers_are_put_away_found_and_copied(dauren, world, authority, begun, kind, named):
    case = begun(dauren, world, authority)
    place, number = f"{case}archive/", in_person.of(case).number
    assert f'href="{place}"' in dauren.browser.get(case, follow=True).content.decode()
    assert put(dauren, place, kind="appointment_of_head").status_code == 422
    assert put(dauren, place, kind=kind).status_code == 302
    assert dauren.post("/en/archive/", {"number": number})["Location"] == place
    page = dauren.get(place)
    assert named.casefold() in text_of(page).casefold()
    assert dauren.browser.get(case, follow=True).status_code == 200
    assert dauren.post(one_paper(dauren, place), REQUEST).content == png()
    assert Paper.objects.get().number == number
    assert REQUEST["reason"] in text_of(dauren.get(place))


def test_a_card_without_a_number_has_no_archive_yet(dauren, world):
    page = cards.known(dauren, world.person("aigerim").iin)
    place = page.replace("/card/", "/application/") + "archive/"
    assert f'href="{place}"' not in dauren.get(page).content.decode()
    assert put(dauren, place).status_code == 404
