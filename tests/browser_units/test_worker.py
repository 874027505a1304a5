"""The service worker: an offline page in the reader's language, and not one personal page on a lent phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser_units.stage import Stage

WORKER = "/worker.js?release={}&amp;page=/kk/offline&amp;page=/ru/offline"
KEPT = """async () => {
  const kept = [];
  for (const shelf of await caches.keys())
    for (const request of await (await caches.open(shelf)).keys()) kept.push(new URL(request.url).pathname);
  return kept.sort();
}"""
ACTIVE = (
    "async () => Boolean((await navigator.serviceWorker.ready).active && navigator.serviceWorker.controller)"
)


@pytest.fixture
def installed(stage: Stage, context: BrowserContext) -> Iterator[Page]:
    """A page whose worker has taken over."""
    for language, words in (("kk", "Желі жоқ"), ("ru", "Нет сети")):
        stage.page(f"/{language}/offline", f"<p id=offline>{words}</p>")
    page = context.new_page()
    page.goto(stage.page("/kk/home", "<p>Сәрсенова Айгерім</p>", worker=WORKER.format("r1")))
    controlled(page)
    yield page
    context.set_offline(False)


def controlled(page: Page) -> None:
    for _ in range(100):
        if page.evaluate(ACTIVE):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the worker did not take over")


def test_without_a_line_the_offline_page_speaks_the_readers_language(
    stage: Stage, installed: Page, context: BrowserContext
) -> None:
    context.set_offline(True)
    for path, words in (("/ru/cabinet", "Нет сети"), ("/kk/cabinet", "Желі жоқ"), ("/d/TOKEN", "Желі жоқ")):
        installed.goto(stage.origin + path)
        expect(installed.locator("#offline")).to_have_text(words)


def test_only_the_shell_and_the_offline_pages_are_kept(stage: Stage, installed: Page) -> None:
    stage.answers["/kk/cabinet/data"] = {"name": "Сәрсенова"}
    stage.answers["/kk/post"] = "<p>Сәрсенова</p>"
    installed.goto(stage.page("/kk/cabinet", "<p>ЖСН 910412400128</p>", "sign", worker=WORKER.format("r1")))
    installed.evaluate("fetch('/kk/cabinet/data').then(answer => answer.json())")
    installed.evaluate("fetch('/kk/post', { method: 'POST' }).then(answer => answer.text())")
    installed.wait_for_timeout(300)
    kept = installed.evaluate(KEPT)
    assert [path for path in kept if not path.startswith("/static/")] == ["/kk/offline", "/ru/offline"]
    assert "/static/senim/js/app.js" in kept


def test_offline_pages_are_fetched_as_a_stranger(
    stage: Stage, installed: Page, context: BrowserContext
) -> None:
    context.add_cookies([{"name": "senim_portal", "value": "secret", "url": stage.origin}])
    installed.goto(stage.page("/kk/home", "<p>1</p>", worker=WORKER.format("r2")))
    for _ in range(50):
        if stage.asked("/ru/offline") >= 2:
            break
        installed.wait_for_timeout(100)
    seen = [one.headers.get("cookie") for one in stage.received if one.path.endswith("/offline")]
    assert len(seen) >= 4
    assert set(seen) == {None}
    assert any(one.headers.get("cookie") for one in stage.received if one.path == "/kk/home")


def test_a_new_release_clears_what_the_old_one_kept(stage: Stage, installed: Page) -> None:
    assert installed.evaluate("caches.keys()") == ["senim r1"]
    installed.goto(stage.page("/kk/home", "<p>1</p>", worker=WORKER.format("r2")))
    for _ in range(50):
        if installed.evaluate("caches.keys()") == ["senim r2"]:
            break
        installed.wait_for_timeout(100)
    assert installed.evaluate("caches.keys()") == ["senim r2"]


def test_the_shell_works_without_a_line(stage: Stage, installed: Page, context: BrowserContext) -> None:
    context.set_offline(True)
    installed.goto(f"{stage.origin}/kk/anything")
    installed.evaluate("document.getElementById('offline').hidden = true")
    expect(installed.locator("#offline")).to_be_hidden()
    status = installed.evaluate("fetch('/static/senim/js/app.js').then(answer => answer.status)")
    assert status == 200
