"""The owner's open access: fresh QR and code, the number match, views, a broken line."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser_units import written
from tests.browser_units.authority import now
from tests.browser_units.stage import Received, Stage

QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2" role="img"><path d="{}"/></svg>'
CLAIM = {
    "id": "c1",
    "who": "Данияр Ахметов",
    "organisation": "«Алатау» дәріханасы",
    "asks": "Құжатыңызды көргісі келеді",
    "digits": 6,
}


@pytest.fixture
def state(stage: Stage) -> Iterator[dict[str, Any]]:
    """What the server answers now; tests change it."""
    answer: dict[str, Any] = {
        "state": "open",
        "closes_at": written.machine(now() + timedelta(minutes=5)),
        "qr_svg": QR.format("M0 0h1v1z"),
        "code": "482913",
        "claim": None,
        "views": [],
    }
    stage.answers["/state"] = lambda _: told(answer)
    return answer


def told(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "now": written.machine(now())}


@pytest.fixture
def shared(stage: Stage, page: Page, state: dict[str, Any]) -> Page:
    page.goto(stage.page("/kk/share", written.page("share"), "share"))
    return page


def test_the_qr_and_the_code_follow_the_server(shared: Page, state: dict[str, Any]) -> None:
    expect(shared.locator("[data-qr] path")).to_have_attribute("d", "M0 0h1v1z")
    expect(shared.locator("[data-code]")).to_have_text("482913")
    expect(shared.locator("[data-code-spoken]")).to_have_text("4 8 2 9 1 3")
    expect(shared.locator("[data-left]")).to_contain_text("4:5")
    state.update(qr_svg=QR.format("M1 1h1v1z"), code="105577")
    expect(shared.locator("[data-qr] path")).to_have_attribute("d", "M1 1h1v1z")
    expect(shared.locator("[data-code-spoken]")).to_have_text("1 0 5 5 7 7")
    state["code"] = None
    expect(shared.locator("[data-code-area]")).to_be_hidden()


def test_nothing_but_a_drawing_is_taken_from_the_qr(
    stage: Stage, context: BrowserContext, state: dict[str, Any]
) -> None:
    """On a page of its own: the policy's complaints about the hostile drawing are expected here."""
    shared = context.new_page()
    shared.goto(stage.page("/kk/share", written.page("share"), "share"))
    state["qr_svg"] = (
        '<svg xmlns="http://www.w3.org/2000/svg" onload="x()" viewBox="0 0 9 9"><script>x()</script>'
        '<a href="javascript:x()"><path d="M3 3z" onclick="x()" style="fill:url(//evil)"/></a>'
        '<path d="M9 9z" fill="url(http://evil.test/a)"/><foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p>'
        "</foreignObject><image href='http://evil.test/i'/></svg>"
    )
    expect(shared.locator("[data-qr] path")).to_have_attribute("d", "M9 9z")
    inside = shared.locator("[data-qr]").evaluate("element => element.innerHTML")
    assert inside == '<svg viewBox="0 0 9 9"><path d="M9 9z"></path></svg>'
    state["qr_svg"] = "<p>not a drawing</p>"
    expect(shared.locator("[data-qr] *")).to_have_count(0)


def answer_with(stage: Stage, *outcomes: str) -> None:
    left = list(outcomes)
    stage.answers["/answer"] = lambda _: {"outcome": left.pop(0)}


def test_a_claim_opens_the_dialog_and_the_typed_number_is_sent(
    stage: Stage, shared: Page, state: dict[str, Any]
) -> None:
    answer_with(stage, "opened")
    state["claim"] = CLAIM
    dialog = shared.locator("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("h2")).to_have_text("Данияр Ахметов, «Алатау» дәріханасы")
    expect(dialog.locator("[data-asks]")).to_have_text("Құжатыңызды көргісі келеді")
    expect(shared.locator("[data-number]")).to_be_focused()
    expect(shared.locator("[data-say]").first).to_have_text("Данияр Ахметов көргісі келеді")
    assert dialog.evaluate("element => element.matches(':modal')")
    shared.keyboard.type("48291")
    shared.wait_for_timeout(600)  # the page asks again meanwhile; nothing typed is lost
    shared.keyboard.type("39")
    expect(shared.locator("[data-number]")).to_have_value("482913")
    shared.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    shared.wait_for_timeout(600)
    expect(dialog).to_be_hidden()  # though the server's next answers still name the claim
    sent = stage.posts("/answer")
    assert [one.fields for one in sent] == [
        {"csrfmiddlewaretoken": "sesame", "claim": "c1", "number": "482913", "answer": "open"}
    ]
    assert sent[0].headers["accept"] == "application/json"


def test_a_wrong_number_is_told_in_the_dialog_and_a_burnt_grant_on_the_page(
    stage: Stage, shared: Page, state: dict[str, Any]
) -> None:
    answer_with(stage, "wrong_number", "burnt")
    state["claim"] = CLAIM
    shared.fill("[data-number]", "111111")
    shared.keyboard.press("Enter")
    expect(shared.locator('dialog [data-case="wrong-number"]')).to_be_visible()
    expect(shared.locator("[data-number]")).to_have_value("")
    expect(shared.locator("[data-number]")).to_be_focused()
    shared.fill("[data-number]", "222222")
    state["claim"] = None
    shared.keyboard.press("Enter")
    expect(shared.locator('[data-case="burnt"]')).to_be_visible()
    expect(shared.locator("dialog")).to_be_hidden()


def test_refusing_sends_the_refusal(stage: Stage, shared: Page, state: dict[str, Any]) -> None:
    answer_with(stage, "refused")
    state["claim"] = CLAIM
    shared.click("dialog button[value=refuse]")
    expect(shared.locator("dialog")).to_be_hidden()
    assert stage.posts("/answer")[0].fields["answer"] == "refuse"


def test_escape_puts_the_answer_off_and_a_button_brings_it_back(shared: Page, state: dict[str, Any]) -> None:
    state["claim"] = CLAIM
    expect(shared.locator("dialog")).to_be_visible()
    shared.keyboard.press("Escape")
    expect(shared.locator("dialog")).to_be_hidden()
    shared.wait_for_timeout(600)
    expect(shared.locator("dialog")).to_be_hidden()
    shared.click("[data-claim-waiting]")
    expect(shared.locator("dialog")).to_be_visible()
    state["claim"] = None
    expect(shared.locator("dialog")).to_be_hidden()
    expect(shared.locator("[data-claim-waiting]")).to_be_hidden()


def test_a_failed_answer_keeps_the_dialog_and_the_number(
    stage: Stage, shared: Page, state: dict[str, Any]
) -> None:
    stage.answers["/answer"] = 503
    state["claim"] = CLAIM
    shared.fill("[data-number]", "482913")
    shared.keyboard.press("Enter")
    expect(shared.locator('dialog [data-case="failed"]')).to_be_visible()
    expect(shared.locator("[data-number]")).to_have_value("482913")


def view(number: int, *, state: str = "open") -> dict[str, Any]:
    return {
        "id": f"v{number}",
        "who": f"Көрген {number}",
        "organisation": "<b>Дәріхана</b>",
        "opened_at": written.machine(now()),
        "opened": "14:48",
        "state": state,
        "stop_url": f"/stop/{number}" if state == "open" else None,
    }


def test_views_are_listed_announced_and_can_be_stopped(
    stage: Stage, shared: Page, state: dict[str, Any]
) -> None:
    expect(shared.locator("[data-no-views]")).to_be_visible()
    state["views"] = [view(1)]
    row = shared.locator("[data-views] li")
    expect(row).to_contain_text("Көрген 1 <b>Дәріхана</b> 14:48 қарап отыр")
    expect(shared.locator("[data-say]").first).to_have_text("Көрген 1 ашты")
    expect(shared.locator("[data-no-views]")).to_be_hidden()
    row.locator("button").focus()
    shared.wait_for_timeout(500)
    expect(row.locator("button")).to_be_focused()
    stage.answers["/stop/1"] = written.DONE
    shared.keyboard.press("Enter")
    expect(shared.locator("#done")).to_be_visible()
    assert len(stage.posts("/stop/1")) == 1


def test_a_finished_view_offers_nothing_to_stop(shared: Page, state: dict[str, Any]) -> None:
    state["views"] = [view(2), view(1, state="closed")]
    expect(shared.locator("[data-views] li")).to_have_count(2)
    expect(shared.locator("[data-views] li").nth(1).locator('[data-view-state="closed"]')).to_be_visible()
    expect(shared.locator("[data-views] li").nth(1).locator("form")).to_be_hidden()


def test_closed_access_leaves_neither_qr_nor_code(stage: Stage, shared: Page, state: dict[str, Any]) -> None:
    expect(shared.locator("[data-code]")).to_have_text("482913")
    state["state"] = "closed"
    expect(shared.locator("[data-when-closed]")).to_be_visible()
    expect(shared.locator("[data-while-open]")).to_be_hidden()
    assert "482913" not in shared.content()
    assert shared.locator("[data-qr] svg").count() == 0
    asked = stage.asked("/state")
    shared.wait_for_timeout(700)
    assert stage.asked("/state") == asked, "a closed access is not asked about again"


def test_a_hidden_page_does_not_ask_so_that_the_code_dies_with_the_screen(stage: Stage, shared: Page) -> None:
    expect(shared.locator("[data-code]")).to_have_text("482913")
    shared.evaluate(
        "Object.defineProperty(document, 'hidden', { get: () => window.away, configurable: true })"
    )
    shared.evaluate("window.away = true")
    shared.wait_for_timeout(400)
    asked = stage.asked("/state")
    shared.wait_for_timeout(800)
    assert stage.asked("/state") == asked
    shared.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    shared.wait_for_timeout(500)
    assert stage.asked("/state") > asked


def test_a_broken_line_is_told_and_mends_itself(stage: Stage, shared: Page, state: dict[str, Any]) -> None:
    expect(shared.locator("[data-code]")).to_have_text("482913")
    stage.answers["/state"] = 503
    expect(shared.locator("[data-lost]")).to_be_visible()
    stage.answers["/state"] = lambda _: told(state)
    expect(shared.locator("[data-lost]")).to_be_hidden()


def test_asking_by_post_carries_the_forms_token(stage: Stage, page: Page, state: dict[str, Any]) -> None:
    seen: list[Received] = []

    def answer(received: Received) -> dict[str, Any]:
        seen.append(received)
        return told(state)

    stage.answers["/state"] = answer
    main = written.page("share", more='data-method="post"')
    page.goto(stage.page("/kk/share", main, "share"))
    expect(page.locator("[data-code]")).to_have_text("482913")
    assert (seen[0].method, seen[0].headers["x-csrftoken"]) == ("POST", "sesame")
