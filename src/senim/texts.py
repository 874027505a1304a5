"""Every word a person reads, by id, in every language side by side.

A room keeps its words in ``texts.toml`` (or several files in ``texts/``) beside its code. A text's id is
``<room>.<table>.<key>``; a table holds one text per language and a ``note`` for translators::

    [order.title]
    note = "page heading of the certificate order form"
    kk = "Сертификатқа тапсырыс"
    ru = "Заказ сертификата"
    en = "Order a certificate"

Facts go in by name: ``{digits}``. A duration that is a setting goes in by the setting's name and need not be
given: ``{session_idle}`` says "15 minutes". Where the wording depends on a number, a language holds one text
per plural form of CLDR (``ru = { one = "…", few = "…", many = "…" }``), chosen by the fact ``count``.

Why not gettext: docs/decisions/0004-texts-by-id.md.
"""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from senim.settings import settings

LANGUAGES = ("kk", "ru", "en")
UNITS = (("days", 24 * 3600), ("hours", 3600), ("minutes", 60))
_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
"""Kazakh's. Russian's is what remains of it without the letters of its own, in the same order."""
_PLACES = {ord(letter): 0x10000 + place for place, letter in enumerate(_ALPHABET)}
_language: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


class MissingText(LookupError):
    """No text has this id, or it lacks this language."""


def language() -> str:
    """The language the current request or job speaks."""
    return _language.get()


def speak(code: str) -> None:
    """From here on this request or job speaks ``code``; unknown codes speak Kazakh."""
    _language.set(code if code in LANGUAGES else LANGUAGES[0])


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak ``code`` for the length of a block."""
    token = _language.set(code if code in LANGUAGES else LANGUAGES[0])
    try:
        yield
    finally:
        _language.reset(token)


def say(text_id: str, /, **facts: object) -> str:
    """The text with this id in the current language, its facts filled in.

    A fact that is itself a ``Text`` is said in the same language. Raises MissingText.
    """
    return say_in(language(), text_id, **facts)


def say_in(code: str, text_id: str, /, **facts: object) -> str:
    """The text with this id in the language ``code``."""
    try:
        wording = catalogue()[text_id][code]
    except KeyError as missing:
        raise MissingText(f"{text_id} in {code}") from missing
    if isinstance(wording, Mapping):
        wording = wording[_plural_form(code, facts["count"])]
    return str(wording).format_map(_Facts(code, facts))


def span(duration: timedelta) -> "Text":
    """A duration in its largest whole unit, as it stands after a verb: 15 seconds, 2 minutes, 1 hour."""
    seconds = int(duration.total_seconds())
    for unit, length in UNITS:
        if seconds >= length and seconds % length == 0:
            return Text(f"pages.span.{unit}", count=seconds // length)
    return Text("pages.span.seconds", count=seconds)


class _Facts(dict[str, object]):
    """What fills a text: the facts given, and durations among the settings by their names."""

    def __init__(self, code: str, facts: Mapping[str, object]) -> None:
        super().__init__(facts)
        self._code = code

    def __missing__(self, name: str) -> str:
        setting = getattr(settings, name, None)
        if isinstance(setting, timedelta):
            return span(setting).in_language(self._code)
        if self:
            raise KeyError(name)
        return f"{{{name}}}"  # a script fills it in


class Text:
    """A text to be said later, in the language of whoever reads it."""

    def __init__(self, text_id: str, /, **facts: object) -> None:
        self.id, self.facts = text_id, facts

    def __str__(self) -> str:
        return say(self.id, **self.facts)

    def __repr__(self) -> str:
        return f"Text({self.id!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.id, self.facts) == (other.id, other.facts)

    def __hash__(self) -> int:
        return hash(self.id)

    def in_language(self, code: str) -> str:
        with speaking(code):
            return str(self)


def alphabetical(words: object) -> str:
    """A key that sorts words as a Kazakh, Russian or English reader expects: Latin first, then ә after а.

    Python and PostgreSQL's C collation would put Ә, Қ, І behind Я; the embedded server has no ICU.
    """
    return str(words).casefold().translate(_PLACES)


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """All texts of all rooms: id → language → wording."""
    texts: dict[str, dict[str, Any]] = {}
    for room in files("senim").iterdir():
        if room.is_dir():
            for file in _text_files(room):
                for key, text in _leaves(tomllib.loads(file.read_text(encoding="utf-8"))):
                    text_id = f"{room.name}.{key}"
                    if text_id in texts:
                        raise ValueError(f"two texts have the id {text_id}")
                    texts[text_id] = text
    return texts


def _text_files(room: Traversable) -> Iterator[Traversable]:
    for item in sorted(room.iterdir(), key=lambda entry: entry.name):
        if item.name == "texts.toml":
            yield item
        elif item.name == "texts" and item.is_dir():
            yield from (file for file in item.iterdir() if file.name.endswith(".toml"))


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if any(code in table for code in LANGUAGES):
        yield prefix, dict(table)
        # A text may also have texts under it: [refusal.expired] and [refusal.expired.next].
    for key, value in table.items():
        if isinstance(value, Mapping) and key not in LANGUAGES:
            yield from _leaves(value, f"{prefix}.{key}" if prefix else key)


def _plural_form(code: str, count: object) -> str:
    """CLDR cardinal rules of the three languages; fractions do not occur in our texts."""
    if not isinstance(count, int):
        raise TypeError("count must be a whole number")
    if code == "ru":
        if count % 10 == 1 and count % 100 != 11:
            return "one"
        if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14}:
            return "few"
        return "many"
    return "one" if count == 1 else "other"
