"""The figures of the clocks: each process, each step, its limit, and how often it was kept (CA-16)."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from senim.enrolment.clocks import figures
from senim.pages.routes import Route, Who

PERIOD = timedelta(days=30)


def clocks(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    context = {"processes": figures(since=at - PERIOD, at=at), "since": at - PERIOD, "now": at}
    return render(request, "desk/clocks.html", context)


ROUTES = [Route("clocks/", clocks, Who.OPERATOR, "clocks")]
