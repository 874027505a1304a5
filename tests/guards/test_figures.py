"""A figure that is a setting is never written into a text: who changes the setting changes what is said."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta

from senim.settings import Settings
from senim.texts import LANGUAGES, catalogue, say_in

SECONDS = {
    "second": r"секунд\w*|с\b|сек\w*|seconds?\b|s\b|sec\b",
    "minute": r"минут\w*|мин\b|minutes?\b|min\b",
    "hour": r"сағат\w*|сағ\b|час\w*|ч\b|hours?\b|h\b",
    "day": r"күн\w*|тәулік\w*|сут\w*|дн\w*|день\b|days?\b|d\b",
}
LENGTHS = {"second": 1, "minute": 60, "hour": 3600, "day": 24 * 3600}
FIGURE = re.compile(
    r"(?P<number>\d+)(?:[\s\u00a0\u2011-]|more |idle )*(?:"
    + "|".join(f"(?P<{unit}>{words})" for unit, words in SECONDS.items())
    + ")",
    re.IGNORECASE,
)
SETTINGS = {item.default: item.name for item in fields(Settings) if isinstance(item.default, timedelta)}
NOT_OF_A_SETTING = {
    "documents.refusal.too_many_claims.next": "a day, as claims_per_viewer_per_day counts by its name",
    "portal.order.before.lead": "how long people take over an order; nothing ends then",
    "portal.keys.making_text": "how long a browser takes over keys",
    "portal.application.then_text": "limits printed in the order: CA-6.C2, CA-6.P11",
    "portal.app.phone_lead": "the term of the service: PH-A3",
    "portal.app.phone_lead_signed": "the term of the service: PH-A3",
    "portal.phone.lead": "the term of the service: PH-A3",
    "portal.practice.revoke.2": "what revocation has to reach; limits printed in the order: CA-8, CA-10",
    "desk.worklist.soon": "what the work list calls soon; no setting",
    "desk.case.present_text": "limit printed in the order: CA-6.C2",
    "desk.case.confirm_text": "limit printed in the order: CA-6.P9",
    "desk.reissue.confirm_text": "limit printed in the order: CA-7.P6",
    "portal.reissue.then_text": "limit printed in the order: CA-7.P8",
}


def said(wording: object) -> str:
    return " ".join(wording.values()) if isinstance(wording, Mapping) else str(wording)


def figures(wording: object) -> set[timedelta]:
    return {
        timedelta(seconds=int(found["number"]) * LENGTHS[unit])
        for found in FIGURE.finditer(said(wording))
        for unit in LENGTHS
        if found[unit]
    }


def written_out() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for text_id, text in catalogue().items():
        found_here = set().union(*(figures(text[code]) for code in LANGUAGES))
        names = {SETTINGS[each] for each in found_here & SETTINGS.keys()}
        if names:
            found[text_id] = names
    return found


def test_figures_are_found_in_every_language() -> None:
    for wording in ("15 секунд сайын", "каждые 15 секунд", "every 15\u00a0seconds", "15 с", "15 s"):
        assert figures(wording) == {timedelta(seconds=15)}, wording
    assert figures("2 минуты, 1 сағат, 3 дня") == {
        timedelta(minutes=2),
        timedelta(hours=1),
        timedelta(days=3),
    }
    assert figures("6 цифр, 12 страниц, 5 digits") == set()


def test_no_text_writes_out_what_a_setting_says() -> None:
    found = {text_id: names for text_id, names in written_out().items() if text_id not in NOT_OF_A_SETTING}
    assert found == {}


def test_a_text_says_the_setting_in_the_readers_language() -> None:
    assert say_in("ru", "portal.share.extend") == "Ещё 5\u00a0минут"
    assert say_in("kk", "portal.share.extend") == "Тағы 5\u00a0минут"


def test_every_exception_is_needed() -> None:
    assert NOT_OF_A_SETTING.keys() - written_out().keys() == set()
