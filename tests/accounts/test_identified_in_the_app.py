"""The face in the app, through the portal's own pages: what does not count, and the walk of a browser."""

import re

import pytest
from playwright.sync_api import Route
from tests.accounts.app_steps import ask_for_code, confirmed, show_face
from tests.accounts.citizen import words
from tests.pages.stage import address, stage, static_files  # noqa: F401 (fixtures)
from tests.pages.visits import at_home

from senim.accounts.models import NumberRequest, SubscriberNumber
from senim.settings import settings

DOOR = "portal"


@pytest.mark.clause("PH-2.3")
@pytest.mark.clause("PH-9")
def test_a_device_that_somebody_unlocked_connects_nothing(inside, code_of, world):
    world.fault("identification", "unlocked")
    confirmed(inside, code_of)
    answer = show_face(inside, world)
    assert answer.status_code == 409
    assert "Unlocking a device is not enough" in words(answer)
    assert "PH-2.3" in words(answer)
    assert NumberRequest.objects.get().state == "refused"
    assert not SubscriberNumber.objects.exists()


@pytest.mark.clause("PH-2.3")
@pytest.mark.parametrize("fault", ["foreign", "stale", "garbage"])
def test_words_that_are_not_the_services_connect_nothing(inside, code_of, world, fault):
    world.fault("identification", fault)
    confirmed(inside, code_of)
    assert show_face(inside, world).status_code == 409
    assert not SubscriberNumber.objects.exists()


@pytest.mark.clause("PH-6.2")
def test_who_is_not_recognised_is_offered_to_try_again_and_other_ways(inside, code_of, world):
    confirmed(inside, code_of)
    page = show_face(inside, world, "alike")
    assert (page.status_code, "Your face was not recognised" in words(page)) == (409, True)
    for way in ("/en/app/phone/face/", "/en/phone/"):
        assert f'href="{way}"' in page.content.decode()
    assert inside.browser.get("/en/app/phone/face/")["Location"] == "/en/app/phone/", "from its beginning"
    assert inside.browser.get("/en/phone/").status_code == 200


@pytest.mark.browser
@pytest.mark.clause("PH-2.3")
def test_a_person_walks_to_the_camera_and_back(stage, chromium):  # noqa: F811
    aigerim = at_home(stage)
    assert ask_for_code(aigerim).status_code == 302
    stage.run_jobs()
    code = re.search(r"\d{6}", stage.world.wait_for_message(aigerim.phone).text)
    assert aigerim.type_code(code.group()).status_code == 302
    context = chromium.new_context(service_workers="block")
    context.add_cookies(stage.cookies())

    def to_the_stage(route: Route) -> None:
        """The portal's own address, where nobody listens in a test."""
        there = route.request.url.replace(settings.portal_origin, stage.address)
        route.fulfill(status=302, headers={"Location": there})

    context.route(f"{settings.portal_origin}/**", to_the_stage)
    page = context.new_page()
    page.goto(f"{stage.address}/kk/app/phone/face/")
    page.click("main form button")
    page.click('main a[href*="/identification/"]')
    page.click('main button:has-text("Камераға қарау")')
    page.click('main a:has-text("Порталға оралу")')
    page.wait_for_url("**/kk/phone/sign/")
    assert NumberRequest.objects.get().proof_id
