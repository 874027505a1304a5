"""The portal's first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from senim.pages.routes import Route, Who


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home/home.html")


ROUTES = [Route("", home, Who.ANYONE, "home")]
