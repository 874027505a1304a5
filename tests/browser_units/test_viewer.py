"""The other person's side: waiting for the owner's answer, and looking at the document while it is open."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.browser_units import written
from tests.browser_units.authority import now
from tests.browser_units.stage import Stage


def open_wait(stage: Stage, page: Page) -> None:
    stage.answers["/state"] = {"state": "waiting"}
    page.goto(stage.page("/kk/wait", written.page("wait"), "wait"))
    expect(page.locator("[data-waiting]")).to_be_visible()


def test_when_the_owner_opens_the_viewer_is_taken_to_the_document(stage: Stage, page: Page) -> None:
    open_wait(stage, page)
    stage.answers["/kk/view/1"] = written.DONE
    stage.answers["/state"] = {"state": "opened", "location": "/kk/view/1"}
    expect(page.locator("#done")).to_be_visible()
    assert page.url == f"{stage.origin}/kk/view/1"


@pytest.mark.parametrize("state", ["no_answer", "refused", "closed"])
def test_an_end_without_a_document_is_told(stage: Stage, page: Page, state: str) -> None:
    open_wait(stage, page)
    stage.answers["/state"] = {"state": state, "location": None}
    told = page.locator(f'[data-when="{state}"]')
    expect(told).to_be_visible()
    expect(told).to_be_focused()
    expect(page.locator("[data-waiting]")).to_be_hidden()


def test_an_end_the_page_has_no_words_for_reads_as_no_answer(stage: Stage, page: Page) -> None:
    open_wait(stage, page)
    stage.answers["/state"] = {"state": "withdrawn"}
    expect(page.locator('[data-when="no_answer"]')).to_be_visible()


def test_an_answer_never_leads_to_another_host(stage: Stage, page: Page) -> None:
    open_wait(stage, page)
    stage.answers["/state"] = {"state": "opened", "location": "http://evil.test/"}
    page.wait_for_timeout(800)
    assert page.url == f"{stage.origin}/kk/wait"


def open_view(stage: Stage, page: Page, seconds: float) -> None:
    stage.answers["/state"] = {"state": "open"}
    main = written.page("view", until=written.machine(now() + timedelta(seconds=seconds)))
    page.goto(stage.page("/kk/view", main, "view", title="Сәрсенова Айгерім"))
    expect(page.locator("[data-document]")).to_be_visible()


def wiped(page: Page, state: str) -> None:
    told = page.locator(f'[data-when="{state}"]')
    expect(told).to_be_visible()
    expect(told).to_be_focused()
    expect(page).to_have_title("Жабылды")
    assert "Сәрсенова" not in page.content()


def test_the_document_leaves_the_page_when_its_time_is_over(stage: Stage, page: Page) -> None:
    open_view(stage, page, 2.5)
    wiped(page, "closed")


def test_the_document_leaves_the_page_when_the_owner_stops_it(stage: Stage, page: Page) -> None:
    open_view(stage, page, 300)
    stage.answers["/state"] = {"state": "stopped"}
    wiped(page, "stopped")


def test_the_document_leaves_the_page_when_the_session_is_over(stage: Stage, page: Page) -> None:
    open_view(stage, page, 300)
    stage.answers["/state"] = 401
    wiped(page, "closed")


def test_the_countdown_runs_on_while_the_line_is_broken(stage: Stage, page: Page) -> None:
    open_view(stage, page, 4)
    stage.answers["/state"] = 503
    wiped(page, "closed")
