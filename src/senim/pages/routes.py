"""A door's pages as a table: path, view, who may enter, name. A page not in the table does not exist.

``urlpatterns`` builds Django's patterns and puts the guard in front of every view, so that no route can
forget to say who may enter. The page tests (screenshots, accessibility) walk the same table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from senim.accounts.methods import ServiceClass
from senim.accounts.sessions import acting_of, leave_if_mandate_ended, suffices

View = Callable[..., HttpResponseBase]


class Who(StrEnum):
    """Who may enter a page."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    OPERATOR = "registration authority operator"
    WORKER = "State Corporation worker"
    OFFICIAL = "official of the authorised body for informatization"
    SYSTEM = "admitted information system"
    SANDBOX = "anyone, on a sandbox instance only"


class Capacity(StrEnum):
    """As whom a signed-in person sees a page: as themselves, or acting for an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"
    EITHER = "either"


WAYS_IN = {Who.OFFICIAL: "official-sign-in", Who.WORKER: "counter-sign-in"}
"""Where those sign in whom the door's own page does not let in."""
HOMES = {"official": "systems", "worker": "counter"}
"""Where those are at home at the desk who are no operators."""


class Kind(StrEnum):
    """What a route answers with: pages are walked by the page tests, data and files are not."""

    PAGE = "page"
    DATA = "data"
    FILE = "file"
    ACTION = "action"


@dataclass(frozen=True)
class Route:
    """One line of a door's table. Paths of pages are under the language prefix (``/kk/…``).

    ``needs`` is the class of service: whose way of signing in does not open it is asked for a stronger one.
    """

    path: str
    view: View
    who: Who
    name: str
    kind: Kind = Kind.PAGE
    scans: int = 0
    """How many its form sends; a body larger than these can be is refused unread."""
    needs: ServiceClass = ServiceClass.EVERYDAY
    capacity: Capacity = Capacity.PERSON
    """Of pages for the signed-in. In the other capacity the page is somebody else's, and so not there."""


def urlpatterns(routes: Iterable[Route]) -> list[URLPattern]:
    return [path(route.path, guarded(route), name=route.name) for route in routes]


def guarded(route: Route) -> View:
    """The view behind its guard: those who may not enter are sent to sign in, and a page comes back after.

    So are those whose way of signing in does not open it; their session goes on meanwhile.

    What exists on a sandbox only does not exist elsewhere, for anybody; nor does what is a person's own while
    they act for an organisation.
    """

    @wraps(route.view)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if route.who is Who.SIGNED_IN:
            leave_if_mandate_ended(request, at=timezone.now())
            refuse_in_another_capacity(route, request)
        if may_enter(route.who, request) and is_strong_enough(route, request):
            return route.view(request, *args, **kwargs)
        if route.who is Who.SANDBOX:
            raise Http404
        if route.kind is Kind.DATA:
            return HttpResponse(status=401)
        if route.kind is Kind.ACTION:
            return redirect(WAYS_IN.get(route.who, "sign-in"))
        for somebody, home in HOMES.items():
            if route.who is Who.OPERATOR and getattr(request, somebody, None):
                return redirect(home)
        way_in = WAYS_IN.get(route.who, "sign-in")
        return redirect(f"{reverse(way_in)}?{urlencode({'next': request.get_full_path()})}")

    view.route = route  # type: ignore[attr-defined]
    return view


def may_enter(who: Who, request: HttpRequest) -> bool:
    if who is Who.ANYONE:
        return True
    if who is Who.SANDBOX:
        return bool(settings.SENIM.is_sandbox)
    if who is Who.OPERATOR:
        return bool(getattr(request, "operator", None))
    if who is Who.WORKER:
        return bool(getattr(request, "worker", None))
    if who is Who.OFFICIAL:
        return bool(getattr(request, "official", None))
    if who is Who.SYSTEM:
        return True  # the view's own guard (partners.access) asks; a test holds every such route to it
    return bool(request.user.is_authenticated)


def refuse_in_another_capacity(route: Route, request: HttpRequest) -> None:
    """Raises Http404: the same answer as for what does not exist."""
    if not request.user.is_authenticated or route.capacity is Capacity.EITHER:
        return
    now = Capacity.ORGANISATION if acting_of(request) else Capacity.PERSON
    if route.capacity is not now:
        raise Http404


def is_strong_enough(route: Route, request: HttpRequest) -> bool:
    """Whether whoever is signed in did so by a way that opens this page today."""
    return route.who is not Who.SIGNED_IN or suffices(request, route.needs, at=timezone.now())
