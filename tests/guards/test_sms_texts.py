"""Every text of an SMS fits: codes in one segment with their last line, consents in four, nothing cut.

A text is of an SMS if its id says so (``<room>.sms.…``); one that asks for consent says ``consent`` in it.
There is none of those yet: consents are given on pages and on paper (decision 76). The first is bound here.
"""

from collections.abc import Iterator, Mapping
from string import Formatter

import pytest

from senim.notices.segments import MOST, segments
from senim.runtime.doctor.outside import HOST_AT_MOST
from senim.texts import LANGUAGES, catalogue
from tests.guards.sources import calls, constant, own_files, where

LONGEST = {
    "code": "8" * 6,
    "number": "+7 701 ••• •• 67",
    "bank": "б" * 20,
    "organisation": "ұ" * 60,
    "purpose": "м" * 60,
    "documents": "қ" * 60,
}
"""The longest a fact may be. A fact that is not here has to be thought about."""
CODE_OF_CONSENT = "8" * 8
BOUND = f"\n@{'p' * HOST_AT_MOST} #{LONGEST['code']}"
TYPED_ELSEWHERE = ("accounts.sms.bank_code",)
"""Codes that are typed into somebody else's app: no address of ours follows."""

SMS = {text_id: text for text_id, text in catalogue().items() if text_id.split(".")[1] == "sms"}


def longest(text_id: str, text: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Each wording with its longest facts, as it is sent."""
    facts = {**LONGEST, "code": CODE_OF_CONSENT} if "consent" in text_id else LONGEST
    for language in LANGUAGES:
        said = text[language]
        for wording in said.values() if isinstance(said, Mapping) else [said]:
            names = {name for _, name, _, _ in Formatter().parse(str(wording)) if name}
            assert names <= set(facts), f"how long can {names - set(facts)} be?"
            ours = "code" in names and text_id not in TYPED_ELSEWHERE and "consent" not in text_id
            yield language, str(wording).format(**facts) + (BOUND if ours else "")


def faults(texts: Mapping[str, Mapping[str, object]]) -> list[str]:
    return [
        f"{text_id} in {language} takes {segments(whole)} segments ({len(whole)} characters)"
        for text_id, text in texts.items()
        for language, whole in longest(text_id, text)
        if segments(whole) > (MOST if "consent" in text_id else 1)
    ]


def test_every_sms_of_the_catalogue_fits_in_every_language() -> None:
    assert SMS
    assert faults(SMS) == []


@pytest.mark.parametrize(
    ("text_id", "wording"),
    [
        ("room.sms.code", "Код {code}: " + "а" * 32),
        ("room.sms.news", "а" * 71),
        ("room.sms.consent", "{organisation} {purpose} {documents} {code} " + "а" * 90),
    ],
)
def test_a_planted_text_that_does_not_fit_is_found(text_id: str, wording: str) -> None:
    assert len(faults({text_id: dict.fromkeys(LANGUAGES, wording)})) == len(LANGUAGES)


def test_the_words_of_a_code_are_of_an_sms_by_their_id() -> None:
    """Else the guard above would not see them."""
    found = [
        (constant(value), where(file, call))
        for file in own_files()
        for call in calls(file, "code_text", "send_code")
        for value in [keyword.value for keyword in call.keywords if keyword.arg == "text_id"]
    ]
    assert found
    assert [place for text_id, place in found if text_id is not None and text_id not in SMS] == []
