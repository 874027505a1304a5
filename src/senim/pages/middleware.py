"""What every request of a door passes: headers, health, the right host name, the reader's language."""

from collections.abc import Callable

from django.conf import settings as django_settings
from django.db import DatabaseError, connection
from django.http import (
    HttpRequest,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.urls import Resolver404, resolve
from django.utils import translation

from senim.pages import failures, local_program
from senim.settings import settings
from senim.texts import LANGUAGES, speak

Handler = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_A_YEAR = "max-age=31536000; includeSubDomains"
_LANGUAGE_COOKIE_DAYS = 400
MEGABYTE = 1024 * 1024
_NAMES = {"desk": settings.desk_host, "partners": settings.partners_host}
HEALTH_PATH = "/healthz"


def security_headers(answer: Handler) -> Handler:
    """Outermost, so that static files and failures carry the headers too."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        told = local_program.policy(CONTENT_SECURITY_POLICY, request)
        response.headers.setdefault("Content-Security-Policy", told)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if (request.is_secure() or settings.scheme == "https") and not settings.lan_address:
            response.headers.setdefault("Strict-Transport-Security", _A_YEAR)
        if response.get("Content-Type", "").startswith("text/html"):
            # Pages hold what only this person may see; a shared computer's back button must not show it.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return handle


def small_bodies(answer: Handler) -> Handler:
    """413 before anything is read, except where a page's form sends a file: those are larger.

    It stands where the reader's language is known, and before whatever reads a body (the check of the form's
    token does).
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > _body_at_most(request, int(length)):
            return failures.too_large(request)
        return answer(request)

    return handle


def _body_at_most(request: HttpRequest, length: int) -> int:
    usual: int = django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if length <= usual:
        return usual
    try:
        route = getattr(resolve(request.path_info).func, "route", None)
    except Resolver404:
        return usual
    return route.scans * settings.archive_scan_at_most_mb * MEGABYTE + usual if route else usual


def health(answer: Handler) -> Handler:
    """``/healthz``: 200 where this process can serve pages, 503 where its database cannot be reached."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if request.path != HEALTH_PATH:
            return answer(request)
        reachable = database_is_reachable()
        body = {
            "status": "pass" if reachable else "fail",
            "process": django_settings.PROCESS,
            "database": reachable,
        }
        return JsonResponse(body, status=200 if reachable else 503, headers={"Cache-Control": "no-store"})

    return handle


def database_is_reachable() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return False
    return True


def canonical_host(answer: Handler) -> Handler:
    """Pages asked for by number redirect to the name: passkeys and cookies belong to the name."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        host, _, port = request.get_host().partition(":")
        if host != "127.0.0.1":
            return answer(request)
        name = _NAMES.get(django_settings.PROCESS, settings.portal_host)
        authority = f"{name}:{port}" if port else name
        return _moved(f"{settings.scheme}://{authority}{request.get_full_path()}")

    return handle


def _moved(address: str) -> HttpResponseBase:
    """308 keeps the method: a form posted to the number is not silently turned into a reading."""
    response = HttpResponsePermanentRedirect(address)
    response.status_code = 308
    return response


def speak_the_readers_language(answer: Handler) -> Handler:
    """The address decides; the cookie remembers it for addresses without a language."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        code = translation.get_language() or LANGUAGES[0]
        speak(code)
        response = answer(request)
        in_address = translation.get_language_from_path(request.path_info)
        if in_address and request.COOKIES.get(django_settings.LANGUAGE_COOKIE_NAME) != in_address:
            response.set_cookie(
                django_settings.LANGUAGE_COOKIE_NAME,
                in_address,
                max_age=_LANGUAGE_COOKIE_DAYS * 86400,
                secure=settings.scheme == "https",
                httponly=True,
                samesite="Lax",
            )
        return response

    return handle
