"""A language nobody speaks: English in letters that are written nowhere else, so that a word without a text
id stands out on every page."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from string import Formatter, ascii_letters
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from tests.pages.stage import Stage

from senim.enrolment import lists
from senim.portal.help import COMPONENTS
from senim.texts import catalogue, speaking

_STRANGE = str.maketrans({letter: chr(0x1D5BA - ord("a") + ord(letter)) for letter in ascii_letters[:26]})
_STRANGE |= str.maketrans({letter: chr(0x1D5A0 - ord("A") + ord(letter)) for letter in ascii_letters[26:]})
WORD = re.compile(r"[A-Za-z]{3,}")
DATA = re.compile(
    r"\d{1,2}\s[A-Z][a-z]+(\s\d{4})?"  # dates; the months are Babel's
    r"|https?://\S+|\S+@\S+"
    r"|^\{\s*\"(?s:.*)\}$"  # an order as the operator signs it, a decision as an official does
    r"|[0-9a-f]{64}|[0-9a-f]{16}\b"  # digests, and numbers of editions made from one
    r"|keyCompromise|affiliationChanged|superseded|cessationOfOperation"  # RFC 5280's own words
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9_-]{22}"  # identifiers; names follow
    r"|Senim|Eng(lish)?|RSA"
    r"|Ministry of Internal Affairs of the Republic of Kazakhstan|Almaly District|Almaty|Alatau Pharmacy LLP"
)
READ_ALOUD = {"alt", "aria-label", "placeholder", "title", "label"}
NOT_READ = {"script", "style", "svg", "template", "code", "bdi"}
"""Commands and keys are the same everywhere, and so is what stands in a document as somebody wrote it."""


def speak_pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on to the end of the test, English texts come in strange letters; facts stay as they are."""
    for text in catalogue().values():
        monkeypatch.setitem(text, "en", _pseudo(text["en"]))


def _pseudo(wording: str | Mapping[str, str]) -> Any:
    if isinstance(wording, Mapping):
        return {form: _pseudo(each) for form, each in wording.items()}
    return "".join(
        part.translate(_STRANGE) + (f"{{{name}}}" if name is not None else "")
        for part, name, _, _ in Formatter().parse(wording)
    )


def hard_coded(
    stage: Stage, route: str, kwargs: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """What a person reads on this page that comes neither from the texts nor from data."""
    with monkeypatch.context() as patched, translation.override("en"):
        speak_pseudo(patched)
        page = stage.client.get(reverse(route, kwargs=kwargs) + stage.query)
    reader = _Reader()
    reader.feed(page.text)
    return [words for words in reader.found if WORD.search(DATA.sub("", _lists().sub("", words)))]


@cache
def _lists() -> re.Pattern[str]:
    """The words of the lists an instance configures, and the names of other people's works."""
    entries = [*lists.regions().values(), *lists.centres().values(), *lists.papers().values()]
    with speaking("en"):
        names = {str(entry.name) for entry in [*entries, *lists.identifications().values()]}
        names |= {str(centre.address) for centre in lists.centres().values()}
    names |= {word for component in COMPONENTS for word in component}
    return re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in NOT_READ
        self.found += [value for name, value in _read(attrs) if value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in NOT_READ

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.found.append(data.strip())


def _read(attrs: list[tuple[str, str | None]]) -> Iterator[tuple[str, str | None]]:
    return ((name, value) for name, value in attrs if name in READ_ALOUD)
