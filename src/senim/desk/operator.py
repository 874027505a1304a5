"""Who sits at the desk: the operator behind a signed-in account (CA-5.15), an official of the authorised body
(DD-4a), a worker of the State Corporation (P19-4), or nobody; a desk left alone is locked until whoever sat
there signs in again.
"""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST

from senim.accounts.counter.workers import Worker, worker_of
from senim.accounts.systems.officials import Official, official_of
from senim.desk import workplace
from senim.operators.standing import Operator, operator_of
from senim.pages.routes import Kind, Route, Who
from senim.settings import settings

Handler = Callable[[HttpRequest], HttpResponseBase]
LOCKED = "locked_at"
ENTERED_AS = "entered_as"
OFFICIAL = "official"
WORKER = "worker"
WAYS_IN = {OFFICIAL: "official-sign-in", WORKER: "counter-sign-in"}


def know_the_operator(answer: Handler) -> Handler:
    """Sets ``request.operator``, ``request.official`` or ``request.worker``, by the door they came through.

    Asked at each request: an appointment that ends, ends at once.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        request.locked = is_locked(request)  # type: ignore[attr-defined]
        known = user.is_authenticated and not request.locked  # type: ignore[attr-defined]
        came_as = request.session.get(ENTERED_AS, "") if known else None
        request.operator = _operator_here(request) if came_as == "" else None  # type: ignore[attr-defined]
        request.official = official_of(user.iin) if came_as == OFFICIAL else None  # type: ignore[attr-defined,union-attr]
        request.worker = worker_of(user.iin) if came_as == WORKER else None  # type: ignore[attr-defined,union-attr]
        request.lock_after = int(settings.desk_locks_after.total_seconds())  # type: ignore[attr-defined]
        return answer(request)

    return handle


def _operator_here(request: HttpRequest) -> Operator | None:
    operator = operator_of(request.user.iin)  # type: ignore[union-attr]
    return operator if operator and workplace.is_here(request, operator) else None


def operator_at(request: HttpRequest) -> Operator:
    """For pages only operators enter."""
    return cast("Operator", request.operator)  # type: ignore[attr-defined]


def official_at(request: HttpRequest) -> Official:
    """For pages only officials enter."""
    return cast("Official", request.official)  # type: ignore[attr-defined]


def worker_at(request: HttpRequest) -> Worker:
    """For pages only workers of the State Corporation enter."""
    return cast("Worker", request.worker)  # type: ignore[attr-defined]


def is_locked(request: HttpRequest) -> bool:
    """Signing in anew moves ``started_at`` past the lock."""
    locked, started = request.session.get(LOCKED, ""), request.session.get("started_at", "")
    return bool(locked and started) and datetime.fromisoformat(locked) >= datetime.fromisoformat(started)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Nobody touched the desk for a while; the session may have ended by now. Signing in leads back here."""
    if request.user.is_authenticated:
        request.session[LOCKED] = timezone.now().isoformat()
    here = request.POST.get("next", "")
    own = here.startswith("/") and url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    way_in = reverse(WAYS_IN.get(request.session.get(ENTERED_AS, ""), "sign-in"))
    return redirect(f"{way_in}?{urlencode({'next': here})}" if own else way_in)


ROUTES = [Route("lock/", lock, Who.ANYONE, "lock", Kind.ACTION)]
