"""Addresses of the desk: every page under its language."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.utils import translation

from senim.desk.frame import DOOR as DOOR
from senim.desk.routes import ROUTES
from senim.pages import failures
from senim.pages.routes import urlpatterns as patterns_of


def in_the_readers_language(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return HttpResponseRedirect(f"/{translation.get_language()}/")


urlpatterns = [
    path("", in_the_readers_language),
    *i18n_patterns(path("", include(patterns_of(ROUTES))), prefix_default_language=True),
]

handler400 = failures.bad_request
handler404 = failures.page_not_found
handler500 = failures.server_error
