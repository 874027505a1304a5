"""What tests ask of a page from inside it: each file is one function."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page


def ask(page: Page, question: str) -> Any:
    source = (Path(__file__).parent / f"{question}.js").read_text(encoding="utf-8")
    return page.evaluate(source.partition("\n")[2].rstrip().rstrip(";"))
