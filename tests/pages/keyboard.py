"""A person with a keyboard and nothing else: every stop of the focus is seen, named and in sight."""

from dataclasses import dataclass, field

from playwright.sync_api import Page
from tests.pages.questions import ask

MOST_STOPS = 80


@dataclass
class Keyboard:
    """Somebody's keys on this page. What a stop of the focus lacked is kept in ``wrong``."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def to(self, selector: str, key: str = "Tab") -> None:
        """Tab forward until this has the focus."""
        for _ in range(MOST_STOPS):
            self.press(key)
            self._look(selector)
            if self.has_focus(selector):
                return
        raise AssertionError(f"{selector} is not reached by {key} on {self.page.url}")

    def type(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.type(text)

    def choose(self, selector: str, value: str) -> None:
        """An option of a select, by the arrow."""
        self.to(selector)
        for _ in range(MOST_STOPS):
            if self.page.locator(selector).input_value() == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{value} is not reached in {selector}")

    def check(self, selector: str) -> None:
        """A box, or one of a group of radios: into the group by Tab, to the choice by arrows."""
        page = self.page
        kind = page.locator(selector).get_attribute("type")
        if kind == "checkbox":
            self.to(selector)
            return self.press("Space")
        name = page.locator(selector).get_attribute("name")
        self.to(f"input[type=radio][name={name}]")
        for _ in range(MOST_STOPS):
            if self.has_focus(selector):
                return self.press("Space")
            self.press("ArrowDown")
        raise AssertionError(f"{selector} is not reached by arrows")

    def enter(self, selector: str) -> None:
        self.to(selector)
        self.press("Enter")

    def has_focus(self, selector: str) -> bool:
        return bool(self.page.evaluate("selector => document.activeElement.matches(selector)", selector))

    def _look(self, selector: str) -> None:
        stop = ask(self.page, "focus")
        if stop and not stop["seen"]:
            self.wrong.append(f"{self.page.url}: no focus to be seen on {stop['what']}")
        if stop and not stop["inSight"]:
            self.wrong.append(f"{self.page.url}: focused out of sight: {stop['what']}")
