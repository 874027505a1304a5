"""Pages about the portal itself: help, accessibility, privacy, open source, the state of the system."""

from collections.abc import Mapping

import httpx
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from senim.countries.kz.contacts import CONTACT_CENTRE
from senim.pages.middleware import database_is_reachable
from senim.pages.routes import Route, Who
from senim.settings import settings
from senim.texts import Text

RESPONDERS_ANSWER_WITHIN = 1.0

# How many numbered texts each topic has: portal.help.order.1, .2, …
TOPICS = {"order": 4, "token": 4, "sign_in": 4, "share": 4, "view": 3, "lost": 2}
SAFE = 3
ARTICLES: Mapping[str, Mapping[str, int]] = {
    "accessibility": {"done": 5, "known": 2},
    "privacy": {"device": 3, "kept": 6, "seen": 3, "cookies": 3},
    "code": {"check": 3},
}
COMPONENTS = (
    ("Senim", "Apache-2.0"),
    ("Django", "BSD-3-Clause"),
    ("PostgreSQL", "PostgreSQL"),
    ("cryptography", "Apache-2.0 / BSD-3-Clause"),
    ("PKI.js", "BSD-3-Clause"),
    ("govuk-frontend", "MIT"),
    ("Typst", "Apache-2.0"),
    ("ZXing-C++", "Apache-2.0"),
    ("Golos Text", "OFL-1.1"),
)


def help_page(request: HttpRequest) -> HttpResponse:
    topics = [
        {"name": name, "title": f"portal.help.{name}", "steps": _numbered(f"portal.help.{name}", count)}
        for name, count in TOPICS.items()
    ]
    context = {"topics": topics, "safe": _numbered("portal.help.safe", SAFE), "numbers": CONTACT_CENTRE}
    return render(request, "portal/help/help.html", context)


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(
        request, "portal/help/article.html", _article("accessibility") | {"numbers": CONTACT_CENTRE}
    )


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help/article.html", _article("privacy"))


def open_source(request: HttpRequest) -> HttpResponse:
    components = [{"name": name, "licence": licence} for name, licence in COMPONENTS]
    return render(request, "portal/help/open_source.html", _article("code") | {"components": components})


def system_state(request: HttpRequest) -> HttpResponse:
    """What answers now. State registries are not asked: each question to them is on somebody's record."""
    parts = (
        ("portal", True),
        ("database", database_is_reachable()),
        ("responders", _responders_answer()),
    )
    context = {
        "parts": [(f"portal.state.{name}", works) for name, works in parts],
        "all_work": all(works for _, works in parts),
        "at": timezone.now(),
    }
    return render(request, "portal/help/system_state.html", context)


def _article(name: str) -> dict[str, object]:
    sections = [
        {"title": f"portal.{name}.{part}", "items": _numbered(f"portal.{name}.{part}", count)}
        for part, count in ARTICLES[name].items()
    ]
    return {"title": f"portal.{name}.title", "lead": f"portal.{name}.lead", "sections": sections}


def _numbered(text_id: str, count: int) -> list[Text]:
    return [Text(f"{text_id}.{number}") for number in range(1, count + 1)]


def _responders_answer() -> bool:
    try:
        answer = httpx.get(f"{settings.responders_origin}/healthz", timeout=RESPONDERS_ANSWER_WITHIN)
    except httpx.HTTPError:
        return False
    return answer.is_success


ROUTES = [
    Route("help/", help_page, Who.ANYONE, "help"),
    Route("accessibility/", accessibility, Who.ANYONE, "accessibility"),
    Route("privacy/", privacy, Who.ANYONE, "privacy"),
    Route("open-source/", open_source, Who.ANYONE, "open-source"),
    Route("state/", system_state, Who.ANYONE, "system-state"),
]
