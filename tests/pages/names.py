"""What a screen reader is told of a page: language, landmarks, one heading, names, live regions."""

import re
from itertools import pairwise

from playwright.sync_api import Page
from tests.pages.questions import ask

LANDMARKS = ("banner", "main", "contentinfo")
NAMELESS = re.compile(r"^\s*- (button|link|textbox|combobox|radio|checkbox)(?: \[[^\]]*\])*:?$", re.MULTILINE)


def misheard(page: Page, code: str) -> list[str]:
    """What is wrong with what is heard, in words."""
    facts = ask(page, "heard")
    problems = [f"says that it speaks {facts['language']}"] * (facts["language"] != code)
    problems += [f"the id {name} stands twice" for name in facts["twice"]]
    problems += ["a dialog has no name"] * facts["namelessDialogs"]
    problems += [f"a navigation is called {name!r}, as another one is" for name in facts["navigations"]]
    problems += ["a countdown is read aloud as it ticks"] * facts["ticking"]
    problems += ["a region interrupts"] * facts["shouting"]
    problems += [
        f"goes from heading {up} to {down}" for up, down in pairwise(facts["levels"]) if down > up + 1
    ]
    return problems + _in_the_tree(page.locator("body").aria_snapshot())


def _in_the_tree(tree: str) -> list[str]:
    """``tree`` is the accessibility tree in words, a line each: ``- button "Жіберу"``, quoted as in YAML."""
    if "- dialog" in tree:
        return []  # all that is behind an open dialog is silent
    counts = {name: len(re.findall(rf"^\s*- '?{name}\b", tree, re.MULTILINE)) for name in LANDMARKS}
    problems = [f"has {count} landmarks {name}" for name, count in counts.items() if count != 1]
    headings = len(re.findall(r"^\s*- '?heading .*\[level=1\]", tree, re.MULTILINE))
    problems += [f"has {headings} headings of level 1"] * (headings != 1)
    return problems + [f"has a {role} without a name" for role in NAMELESS.findall(tree)]
