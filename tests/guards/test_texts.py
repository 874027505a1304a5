import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import senim
from senim.errors import Refused
from senim.texts import LANGUAGES, catalogue
from tests.guards.sources import ROOT, calls, constant, own_files, templates, where

TEXTS = catalogue()
PLURALS = {"kk": {"one", "other"}, "ru": {"one", "few", "many"}, "en": {"one", "other"}}
ROOMS = {text_id.split(".")[0] for text_id in TEXTS}
TEXT_ID = re.compile(rf"""["']((?:{"|".join(sorted(ROOMS))})\.[a-z0-9_]+(?:\.[a-z0-9_]+)*)["']""")


def wordings(text: Mapping[str, Any], code: str) -> list[str]:
    said = text[code]
    return list(said.values()) if isinstance(said, Mapping) else [said]


def facts_of(wording: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(wording) if name is not None}


def test_every_text_is_complete_in_every_language() -> None:
    assert {text_id: fault for text_id, text in TEXTS.items() if (fault := _fault(text))} == {}


def _fault(text: Mapping[str, Any]) -> str | None:
    facts: dict[str, set[str]] = {}
    if not text.get("note", "").strip():
        return "no note tells translators where it stands"
    for code in LANGUAGES:
        if code not in text or not all(wording.strip() for wording in wordings(text, code)):
            return f"no text in {code}"
        if isinstance(text[code], Mapping) and set(text[code]) != PLURALS[code]:
            return f"plural forms in {code}"
        facts[code] = set().union(*(facts_of(wording) for wording in wordings(text, code)))
    # A form of number may say "one" in words, so the fact that counts need not stand in every language.
    if len({frozenset(names - {"count"}) for names in facts.values()}) != 1:
        return f"facts differ: {facts}"
    return "facts go in by name" if "" in facts["kk"] else None


def test_every_text_is_plain() -> None:
    """No exclamations, no markup, no spaces that nobody sees; the body of a letter may end its last line."""
    rough = re.compile(r"!|  |[<>]|^\s|[ \t]$")
    found = [
        f"{text_id} in {code}"
        for text_id, text in TEXTS.items()
        for code in LANGUAGES
        for wording in wordings(text, code)
        if rough.search(wording)
    ]
    assert found == []


def test_a_kazakh_suffix_stays_on_the_line_of_what_it_belongs_to() -> None:
    """After a number, an abbreviation or a fact: a hyphen that does not break (U+2011)."""
    breaks = re.compile(r"(?<=[A-ZА-ЯӘІҢҒҮҰҚӨҺ0-9}])-(?=[а-яәіңғүұқөһ])")
    assert [
        text_id
        for text_id, text in TEXTS.items()
        for wording in wordings(text, "kk")
        if breaks.search(wording)
    ] == []


def test_a_kazakh_suffix_after_iin_and_bin_is_as_they_are_read() -> None:
    """ЖСН ends in a front vowel when read aloud: ЖСН‑ді, БСН‑ге."""
    back = re.compile("[ЖБ]СН\u2011[а-яәіңғүұқөһ]*[аоұығқ]")
    assert [
        text_id for text_id, text in TEXTS.items() for said in wordings(text, "kk") if back.search(said)
    ] == []


def text_ids_used() -> Iterator[tuple[str, str]]:
    for file in templates():
        for found in TEXT_ID.finditer(file.read_text(encoding="utf-8")):
            yield found.group(1), str(file.relative_to(ROOT))
    for file in own_files():
        for call in calls(file, "say", "Text"):
            if call.args and (text_id := constant(call.args[0])):
                yield text_id, where(file, call)


def test_every_text_that_is_said_exists() -> None:
    names = {template.relative_to(_folder(template)).as_posix() for template in templates()}
    missing = {
        f"{place}: {text_id}"
        for text_id, place in text_ids_used()
        if text_id not in TEXTS and text_id not in names
    }
    assert missing == set()


def _folder(template: Path) -> Path:
    return next(parent for parent in template.parents if parent.name == "templates")


def every_module() -> None:
    for module in pkgutil.walk_packages(senim.__path__, "senim."):
        if not re.search(r"\.migrations\.|__main__|messages\.serve", module.name):
            importlib.import_module(module.name)


def refusals() -> list[type[Refused]]:
    every_module()
    found, fresh = [], [Refused]
    while fresh:
        fresh = [child for parent in fresh for child in parent.__subclasses__()]
        found += fresh
    return [
        each for each in found if each.__module__.startswith("senim.") and each.__module__ != "senim.errors"
    ]


def test_every_refusal_has_a_clause_a_reason_and_a_next_step() -> None:
    found = refusals()
    assert len(found) > 20
    missing = [
        f"{each.__module__}.{each.__name__}: {text_id}"
        for each in found
        if not each.__subclasses__()
        for text_id in (each.text_id(), f"{each.text_id()}.next")
        if text_id not in TEXTS
    ]
    assert missing == []
    assert [each for each in found if not each.__subclasses__() and not getattr(each, "clause", "")] == []
