"""Pages about the portal itself: help, accessibility, privacy, open source, the state of the system."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from senim.pages.routes import Route, Who


def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help/help.html")


ROUTES = [Route("help/", help_page, Who.ANYONE, "help")]
