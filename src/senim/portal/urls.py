"""Addresses of the portal: pages under their language, and the few that have none."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.utils import translation

from senim.pages import failures
from senim.pages.routes import urlpatterns as patterns_of
from senim.portal.frame import DOOR as DOOR
from senim.portal.routes import ROUTES, ROUTES_WITHOUT_LANGUAGE


def in_the_readers_language(request: HttpRequest, token: str = "") -> HttpResponse:
    """``/`` and the QR code's ``/d/<token>`` name no language: the reader's cookie or browser decides."""
    where = f"/d/{token}" if token else request.get_full_path()
    response = HttpResponseRedirect(f"/{translation.get_language()}{where}")
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


urlpatterns = [
    path("", in_the_readers_language),
    path("d/<str:token>", in_the_readers_language, name="scanned"),
    # The QR holds capitals only, to be small; a phone's own scanner opens the address as it reads it.
    path("D/<str:token>", in_the_readers_language),
    *patterns_of(ROUTES_WITHOUT_LANGUAGE),
    *i18n_patterns(path("", include(patterns_of(ROUTES))), prefix_default_language=True),
]

handler400 = failures.bad_request
handler404 = failures.page_not_found
handler500 = failures.server_error
