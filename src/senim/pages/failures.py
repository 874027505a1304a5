"""What a reader sees when the answer is no: refusals as pages or problem documents, and failures of ours.

Pages of failures ask the database nothing: they are drawn without context processors and without a session.
"""

import logging
import secrets
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import get_resolver
from django.utils.http import url_has_allowed_host_and_scheme

from senim import rulebook
from senim.errors import NotFound, Refused, Unavailable
from senim.pages.context import frame, is_signed_in
from senim.pages.routes import Kind, Route
from senim.process import NotAllowed
from senim.texts import language, say

Handler = Callable[[HttpRequest], HttpResponseBase]

log = logging.getLogger("senim.pages")
STATUS: tuple[tuple[type[Exception], int], ...] = ((Unavailable, 503), (NotFound, 404), (Refused, 409))
DATABASE_RETRY_SECONDS = 5
PROBLEM = "application/problem+json"


class answer_refusals:  # noqa: N801 - a middleware, named in settings like its sisters that are functions
    """Innermost middleware: what a verb refuses becomes a page, or a problem document for data routes.

    So does an address that only a form asks for: whoever changes the language there meets no empty page.
    """

    def __init__(self, answer: Handler) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answered = self.answer(request)
        return only_by_a_button(request, answered) if answered.status_code == 405 else answered

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, Refused):
            return refused(request, exception)
        if isinstance(exception, NotAllowed):
            return not_allowed(request)
        if isinstance(exception, OperationalError | InterfaceError):
            log.error("database_unreachable", exc_info=exception)
            return database_down(request)
        return None


def refused(request: HttpRequest, refusal: Refused) -> HttpResponseBase:
    """The refusal in the reader's language: reason, clause, what next, and a way back."""
    status = status_of(refusal)
    headers = {"Retry-After": str(refusal.retry_after_seconds)} if isinstance(refusal, Unavailable) else {}
    reason, next_step = str(refusal.reason), str(refusal.next_step)
    if wants_data(request):
        return problem(
            status,
            type(refusal).text_id(),
            reason,
            next_step=next_step,
            clause=refusal.clause,
            headers=headers,
        )
    heading = {503: "pages.failure.unavailable", 404: "pages.failure.not_found"}.get(
        status, "pages.failure.refused"
    )
    facts = {
        "reason": reason,
        "next_step": next_step,
        "clause": rulebook.cited(refusal.clause),
        "tone": "danger" * (status == 409),
    }
    if status == 503:
        facts["retry"] = request.get_full_path() if request.method == "GET" else ""
    return _refusal_page(request, status, heading, facts, headers)


def status_of(refusal: Refused) -> int:
    """Of the answer, wherever it is shown: on a page of its own or in the form that caused it."""
    return next(code for kind, code in STATUS if isinstance(refusal, kind))


def not_allowed(request: HttpRequest) -> HttpResponseBase:
    """The process table has no such step now: somebody was quicker, or an old page was used."""
    reason, next_step = say("pages.failure.not_allowed"), say("pages.failure.not_allowed.next")
    if wants_data(request):
        return problem(409, "pages.failure.not_allowed", reason, next_step=next_step)
    return _refusal_page(request, 409, "pages.failure.refused", {"reason": reason, "next_step": next_step})


def show_in(form: BaseForm, refusal: Refused, *, field: str | None = None) -> None:
    """Put a refusal into the form that caused it, so that what was typed stays on the page."""
    form.add_error(field, f"{refusal.reason}. {refusal.next_step}")


def problem(
    status: int, kind: str, detail: str, *, headers: dict[str, str] | None = None, **more: object
) -> HttpResponse:
    """A problem document (RFC 9457). ``type`` is a relative reference that names the refusal's text."""
    body = {"type": f"/problems/{kind}", "title": detail, "status": status, "language": language(), **more}
    return JsonResponse(body, status=status, content_type=PROBLEM, headers=headers or {})


def wants_data(request: HttpRequest) -> bool:
    match = request.resolver_match
    route: Route | None = getattr(match.func, "route", None) if match else None
    if route is not None:
        return route.kind is Kind.DATA
    if getattr(get_resolver().urlconf_module, "ONLY_DATA", False):
        return True
    return "application/json" in request.headers.get("Accept", "")


def way_back(request: HttpRequest) -> str:
    """Where the reader came from, if that was a page of ours and not this one."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(referer)
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "" if address == request.get_full_path() and request.method == "GET" else address


def _refusal_page(
    request: HttpRequest,
    status: int,
    heading: str,
    facts: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    context = {"heading": say(heading), "way_back": way_back(request), **facts}
    # Refused is no failure: whoever is signed in is told so, and may sign out here too.
    around = {"frame": frame(request, signed_in=is_signed_in(request)), "csrf_token": get_token(request)}
    return _drawn(request, "senim/refused.html", status, {**around, **context}, headers)


def _drawn(
    request: HttpRequest,
    template: str,
    status: int,
    context: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    again = _once_more(request) if status == 503 else {}
    page = render_to_string(template, {"frame": frame(request), **context, **again})
    return HttpResponse(page, status=status, headers={**(headers or {}), "Content-Language": language()})


def _once_more(request: HttpRequest) -> dict[str, Any]:
    """What the form sent, for a button that sends it again: nobody types twice because we were away.

    Passwords and files are asked for anew.
    """
    if request.method != "POST":
        return {}
    try:
        sent = request.POST.lists()
    except (SuspiciousOperation, MultiPartParserError, OSError):  # what could not be read is not kept either
        return {}
    typed = [(name, value) for name, values in sent for value in values if "password" not in name]
    return {"again": request.get_full_path(), "typed": typed} if typed else {}


# Failures of ours


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """The form's token is missing or old. Usually the page stood open too long; nothing was done."""
    log.info("csrf_refused", extra={"reason": reason})
    return _simple(request, 403, "csrf", retry=way_back(request))


def only_by_a_button(request: HttpRequest, answered: HttpResponseBase) -> HttpResponseBase:
    return _simple(request, 405, "only_by_a_button", headers={"Allow": answered["Allow"]})


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001
    return _simple(request, 404, "not_found")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001
    return _simple(request, 400, "bad_request")


def too_large(request: HttpRequest) -> HttpResponseBase:
    return _simple(request, 413, "too_large", retry=way_back(request))


def server_error(request: HttpRequest) -> HttpResponseBase:
    """500, or 503 where it is the database that is away. The reference ties the page to the log line."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return database_down(request)
    reference = secrets.token_hex(4)
    log.error("server_error", extra={"reference": reference})
    return _simple(request, 500, "server_error", reference=reference)


def database_down(request: HttpRequest) -> HttpResponseBase:
    headers = {"Retry-After": str(DATABASE_RETRY_SECONDS)}
    retry = request.get_full_path() if request.method == "GET" else ""
    return _simple(request, 503, "database_down", headers=headers, retry=retry)


def _simple(
    request: HttpRequest, status: int, name: str, *, headers: dict[str, str] | None = None, **facts: object
) -> HttpResponseBase:
    heading, text = say(f"pages.failure.{name}"), say(f"pages.failure.{name}.text")
    if wants_data(request):
        return problem(status, f"pages.failure.{name}", heading, headers=headers, next_step=text, **facts)
    return _drawn(
        request, "senim/plain.html", status, {"heading": heading, "lines": [text], **facts}, headers
    )
