"""What every page has: error summary, double submits, countdowns, polling, small buttons."""

from datetime import timedelta
from time import sleep

import pytest
from playwright.sync_api import Page, expect
from tests.browser_units import written
from tests.browser_units.authority import now
from tests.browser_units.stage import Received, Stage

SUMMARY = (
    '<div class="govuk-error-summary" data-module="govuk-error-summary"><h2>Түзетіңіз</h2>'
    '<a href="#iin">ЖСН‑де 12 цифр болуы керек</a></div><label for="iin">ЖСН</label><input id="iin">'
)


def test_the_error_summary_takes_focus_and_its_links_lead_into_the_field(stage: Stage, page: Page) -> None:
    page.goto(stage.page("/kk/form", SUMMARY))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.click(".govuk-error-summary a")
    expect(page.locator("#iin")).to_be_focused()


def test_a_second_press_is_swallowed_and_the_button_keeps_its_value(stage: Stage, page: Page) -> None:
    button = '<button name="go" value="on">Жіберу</button>'
    form = f'<form method="post" action="/post"><input name="a" value="1">{button}</form>'
    stage.answers["/post"] = slow
    page.goto(stage.page("/kk/form", form))
    drawn = page.evaluate(PRESS_FIVE_TIMES)
    assert drawn == [True, "true"]
    expect(page.locator("#done")).to_be_visible()
    assert [one.fields for one in stage.posts("/post")] == [{"a": "1", "go": "on"}]
    page.go_back()
    expect(page.locator("button")).to_be_enabled()


PRESS_FIVE_TIMES = """async () => {
  const button = document.querySelector("button");
  for (let i = 0; i < 5; i++) button.click();
  await new Promise((resolve) => setTimeout(resolve, 50));
  button.click();
  return [button.disabled, button.getAttribute("aria-disabled")];
}"""


def slow(_: Received) -> str:
    sleep(1)
    return written.DONE


def test_a_download_form_may_be_sent_again(stage: Stage, page: Page) -> None:
    stage.answers["/post"] = 204
    page.goto(
        stage.page("/kk/form", '<form method="post" action="/post" data-many><button>Алу</button></form>')
    )
    page.click("button")
    page.wait_for_timeout(300)
    page.click("button")
    page.wait_for_timeout(300)
    assert len(stage.posts("/post")) == 2


def count(seconds: float, *, server_ahead: timedelta = timedelta()) -> str:
    at = now() + server_ahead
    until, start = written.machine(at + timedelta(seconds=seconds)), written.machine(at)
    return (
        f'<div data-open-area><div class="senim-count" data-until="{until}" data-from="{start}" '
        f'data-now="{start}"><span data-left></span><span data-bar></span>'
        '<span data-say aria-live="polite"></span><template data-say-minute>Бір минут қалды</template>'
        "<template data-say-closed>Жабылды</template></div><p data-while-open>ашық</p>"
        "<p data-when-closed hidden>жабық</p></div>"
    )


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=5), timedelta(days=-400)])
def test_a_countdown_follows_the_servers_clock(stage: Stage, page: Page, ahead: timedelta) -> None:
    page.goto(stage.page("/kk/count", count(299, server_ahead=ahead)))
    expect(page.locator("[data-left]")).to_contain_text("4:5")


def test_only_the_last_minute_and_the_end_are_announced(stage: Stage, page: Page) -> None:
    page.goto(stage.page("/kk/count", count(64)))
    said = page.locator("[data-say]")
    expect(said).to_have_text("")
    expect(page.locator(".senim-count--soon")).to_have_count(0)
    expect(said).to_have_text("Бір минут қалды", timeout=10_000)
    expect(page.locator(".senim-count--soon")).to_have_count(1)
    assert page.locator("[data-bar]").evaluate("bar => parseInt(bar.style.width)") in range(85, 98)


def test_at_the_end_the_open_part_goes(stage: Stage, page: Page) -> None:
    page.goto(stage.page("/kk/count", count(2.2)))
    expect(page.locator("[data-while-open]")).to_be_visible()
    expect(page.locator("[data-when-closed]")).to_be_visible()
    expect(page.locator("[data-while-open]")).to_be_hidden()
    expect(page.locator("[data-say]")).to_have_text("Жабылды")
    expect(page.locator("[data-left]")).to_have_text("0:00")


def test_a_polled_page_is_drawn_again_when_its_state_changes(stage: Stage, page: Page) -> None:
    stage.answers["/state"] = {"state": "pending"}
    page.goto(
        stage.page("/kk/status", '<div data-poll="/state" data-state="pending" data-every="0.2">Күтуде</div>')
    )
    page.wait_for_timeout(600)
    assert stage.asked("/kk/status") == 1
    stage.page("/kk/status", "<p id=done>Дайын</p>")
    stage.answers["/state"] = {"state": "issued"}
    expect(page.locator("#done")).to_be_visible()


def test_a_page_whose_state_is_refused_for_good_does_not_reload_for_ever(stage: Stage, page: Page) -> None:
    stage.answers["/state"] = 404
    lost = "<p data-poll-lost hidden>Байланыс жоқ</p>"
    main = f'<div data-poll="/state" data-state="pending" data-every="0.1">Күтуде{lost}</div>'
    page.goto(stage.page("/kk/status", main))
    expect(page.locator("[data-poll-lost]")).to_be_visible()
    page.wait_for_timeout(500)
    assert stage.asked("/kk/status") == 2


def test_a_password_can_be_shown_and_is_hidden_again_when_sent(stage: Stage, page: Page) -> None:
    main = (
        '<form method="post" action="/post" data-many><input type="password" id="p">'
        '<button type="button" hidden data-show-password="p" data-show="Көрсету" data-hide="Жасыру" '
        'data-hide-label="Құпиясөзді жасыру" '
        'data-show-label="Құпиясөзді көрсету"></button><button id="send">Жіберу</button></form>'
    )
    stage.answers["/post"] = 204
    page.goto(stage.page("/kk/form", main))
    toggle = page.locator("[data-show-password]")
    expect(toggle).to_have_text("Көрсету")
    toggle.click()
    expect(page.locator("#p")).to_have_attribute("type", "text")
    expect(toggle).to_have_text("Жасыру")
    expect(toggle).to_have_attribute("aria-label", "Құпиясөзді жасыру")
    page.click("#send")
    expect(page.locator("#p")).to_have_attribute("type", "password")


def test_copying_says_that_it_was_copied(stage: Stage, page: Page) -> None:
    main = (
        '<p><button type="button" data-copy="4207 9931" hidden>Көшіру</button>'
        '<span data-copied aria-live="polite"><template>Көшірілді</template></span></p>'
    )
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(stage.page("/kk/number", main))
    page.click("[data-copy]")
    expect(page.locator("[data-copied]")).to_have_text("Көшірілді")
    assert page.evaluate("navigator.clipboard.readText()") == "4207 9931"
