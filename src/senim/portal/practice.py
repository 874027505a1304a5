"""The certification practice statement (RFC 3647 in a citizen's words), and editions of it and of the policy.

Both are made from what Senim goes by: profiles, settings, the process table, the rulebook. Their words and
figures together have a number; what somebody said to have read is kept under it, as it was.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from senim.archive import retention
from senim.certification import issuers, profiles
from senim.countries.kz import oids
from senim.enrolment import policies
from senim.enrolment.letters import reason_text
from senim.enrolment.process import CERTIFICATE_APPLICATION
from senim.enrolment.revocation import REASONS
from senim.enrolment.status import span_text
from senim.pages.routes import Route, Who
from senim.pages.times import day
from senim.portal.reading import A_YEAR, Kind, kinds
from senim.settings import settings
from senim.texts import LANGUAGES, Text, language, speaking

SECTIONS = {
    "about": 2,
    "identity": 4,
    "keys": 3,
    "issue": 3,
    "revoke": 3,
    "status": 5,
    "stamps": 1,
    "records": 3,
    "undecided": 4,
}
"""How many lines each part of the statement has: portal.practice.about.1, .2, …"""
OWN_KEYS = ("root", "issuing", "ocsp", "tsa")
POLICY = {"duty": 4, "revoke": 3}
EDITION_DIGITS = 16


@dataclass(frozen=True)
class Section:
    """One part of a document: a heading and its paragraphs."""

    title: Text
    lines: tuple[object, ...]


def statement() -> list[Section]:
    said = {
        **_facts(),
        "crl": ", ".join(issuers.complete_lists()),  # the authority may change its key while we run
        "reasons": "; ".join(_within(str(reason_text(name))) for name in REASONS),
    }
    return [
        Section(Text(f"portal.practice.{name}"), _numbered(f"portal.practice.{name}", count, **said))
        for name, count in SECTIONS.items()
    ]


def policy() -> list[Section]:
    """The certificate policy as it is kept; its page is ``reading``'s."""
    said = {
        "portal.reading.policy.duties": _numbered("portal.reading.duty", POLICY["duty"]),
        "portal.reading.policy.revoke": _numbered("portal.reading.revoke", POLICY["revoke"]),
        "portal.reading.policy.where": (
            Text("portal.reading.policy.where_text"),
            Text("portal.reading.policy.replay"),
        ),
    }
    return [*map(_of_kind, kinds()), *(Section(Text(title), lines) for title, lines in said.items())]


def documents() -> dict[str, Any]:
    """Policy and practice statement, word for word in every language."""
    return {code: _in_language(code) for code in LANGUAGES}


def edition() -> str:
    """The number of what is written there now."""
    return _number_of(documents())


def acknowledge(*, at: datetime) -> str:
    """Keep the present edition for whoever says to have read it (CA-19.4a); its number."""
    said = documents()
    number = _number_of(said)
    policies.keep(number=number, documents=said, at=at)
    return number


def practice(request: HttpRequest) -> HttpResponse:
    context = {"sections": statement(), "edition": edition()}
    return render(request, "portal/practice/statement.html", context)


def kept(request: HttpRequest, number: str) -> HttpResponse:
    """An edition that somebody said to have read."""
    found = policies.edition(number)
    said = found.documents[language()]
    parts = [("portal.reading.policy.title", said["policy"]), ("portal.practice.title", said["practice"])]
    context = {"number": number, "since": day(found.since_at), "parts": parts}
    return render(request, "portal/practice/kept.html", context)


@cache
def _facts() -> dict[str, object]:
    """Every figure and name the statement gives; durations among the settings go in by themselves."""
    origin, limit = settings.responders_origin, CERTIFICATE_APPLICATION.limit_of("CA-6.P11")
    return {
        "policy": oids.POLICIES["subscriber"],
        "algorithms": kinds()[0].algorithms,
        "authority": ", ".join(sorted({one for name in OWN_KEYS for one in _algorithms(name)})),
        "lifetime": profiles.profile("issuing").valid_for // A_YEAR,
        "within": span_text(limit) if limit else "",
        "ocsp": f"{origin}/ocsp",
        "tsa_policy": oids.TIME_STAMP_POLICY,
        "years": retention.years_kept(),
    }


def _within(words: str) -> str:
    """Words that stand alone elsewhere, here within a sentence."""
    return words[0].lower() + words[1:]


def _number_of(said: dict[str, Any]) -> str:
    spelled = json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(spelled).hexdigest()[:EDITION_DIGITS]


def _algorithms(name: str) -> list[str]:
    return [algorithm.value for algorithm in profiles.profile(name).algorithms]


def _of_kind(kind: Kind) -> Section:
    return Section(kind.title, (kind.use, *kind.usages, kind.years, kind.algorithms))


def _numbered(text_id: str, count: int, **facts: object) -> tuple[Text, ...]:
    return tuple(Text(f"{text_id}.{number}", **facts) for number in range(1, count + 1))


def _in_language(code: str) -> dict[str, list[list[Any]]]:
    with speaking(code):
        return {
            name: [[str(one.title), list(map(str, one.lines))] for one in sections]
            for name, sections in (("policy", policy()), ("practice", statement()))
        }


ROUTES = [
    Route("practice/", practice, Who.ANYONE, "practice"),
    Route("practice/<str:number>/", kept, Who.ANYONE, "practice-edition"),
]
