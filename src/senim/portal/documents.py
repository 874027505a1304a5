"""The owner's side of digital documents: the list, a document, opening it to others, who saw it."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from senim.accounts import AccountId
from senim.accounts.methods import ServiceClass
from senim.documents import access, claims, views
from senim.documents.access import GrantId, OpenAccess
from senim.documents.claims import Asking, ClaimId, ClaimIsGone, GrantBurnt, SystemIsStopped, WrongNumber
from senim.documents.display import show
from senim.documents.kinds import KINDS, kind_at, kind_named
from senim.documents.views import Mark, ViewId
from senim.errors import Refused
from senim.journal.places import places_of
from senim.pages.failures import wants_data
from senim.pages.routes import Kind, Route, Who
from senim.pages.times import hour
from senim.papers.qr import qr_svg
from senim.portal.card import as_card
from senim.settings import settings
from senim.texts import Text, say


def documents(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/documents/list.html", {"kinds": KINDS})


def document(request: HttpRequest, slug: str) -> HttpResponse:
    """Pulled from its registry each time it is looked at."""
    at, me = timezone.now(), account(request)
    shown = show(owner=me, kind=kind_at(slug).name, at=at)
    marks = [mark for mark in views.marks_of(account=me, at=at) if mark.is_mine and mark.kind == shown.kind]
    context = {"document": shown, "card": as_card(shown), "marks": marks[:5]}
    return render(request, "portal/documents/document.html", context)


@require_POST
def open_access(request: HttpRequest, slug: str) -> HttpResponse:
    """A document that cannot be shown to its owner is not opened to anybody else."""
    at, me = timezone.now(), account(request)
    shown = show(owner=me, kind=kind_at(slug).name, at=at)
    opened = access.open_access(owner=me, kind=shown.kind.name, at=at)
    return redirect("access", grant=opened.grant_id)


@never_cache
def shared(request: HttpRequest, grant: uuid.UUID) -> HttpResponse:
    at, me = timezone.now(), account(request)
    state = access.state_of(owner=me, grant_id=GrantId(grant), at=at)
    if state != "open":
        return render(request, "portal/documents/closed.html", {"state": state})
    opened = access.refresh(owner=me, grant_id=GrantId(grant), at=at)
    asking = claims.asking(owner=me, grant_id=opened.grant_id, at=at)
    context = {
        "opened": opened,
        "kind": kind_named(opened.kind),
        "qr": qr_svg(qr_address(opened), label=say("portal.share.qr_label")),
        "asking": asking,
        "asks": asking and _what_is_asked(asking),
        "marks": views.marks_of_grant(owner=me, grant_id=grant, at=at),
        "now": at,
        "closes": say("portal.share.closes_at", hour=hour(opened.closes_at)),
        "seconds": int(settings.open_access_lifetime.total_seconds()),
    }
    return render(request, "portal/documents/shared.html", context)


@never_cache
def shared_state(request: HttpRequest, grant: uuid.UUID) -> HttpResponse:
    """What the owner's page asks every other second while it is looked at; this also renews code and QR."""
    at, me = timezone.now(), account(request)
    marks = views.marks_of_grant(owner=me, grant_id=grant, at=at)
    body: dict[str, Any] = {"state": "closed", "now": at.isoformat(), "views": [_mark(one) for one in marks]}
    if access.state_of(owner=me, grant_id=GrantId(grant), at=at) == "open":
        opened = access.refresh(owner=me, grant_id=GrantId(grant), at=at)
        body |= _open(opened, claims.asking(owner=me, grant_id=opened.grant_id, at=at))
    return JsonResponse(body)


@require_POST
def close(request: HttpRequest, grant: uuid.UUID) -> HttpResponse:
    access.close_access(owner=account(request), grant_id=GrantId(grant), at=timezone.now())
    return redirect("access", grant=grant)


@require_POST
def extend(request: HttpRequest, grant: uuid.UUID) -> HttpResponse:
    access.extend(owner=account(request), grant_id=GrantId(grant), at=timezone.now())
    return redirect("access", grant=grant)


OUTCOMES: tuple[tuple[type[Refused], str], ...] = (
    (WrongNumber, "wrong_number"),
    (GrantBurnt, "burnt"),
    (ClaimIsGone, "gone"),
    (SystemIsStopped, "stopped"),
    (access.AccessIsClosed, "gone"),
)


@require_POST
def answer(request: HttpRequest, grant: uuid.UUID) -> HttpResponseBase:
    """The owner lets somebody in by their number, or does not. Scripts get the outcome, people a page."""
    try:
        outcome = _answered(request, GrantId(grant))
    except tuple(kind for kind, _ in OUTCOMES) as refusal:
        if not wants_json(request):
            raise
        outcome = next(word for kind, word in OUTCOMES if isinstance(refusal, kind))
    return JsonResponse({"outcome": outcome}) if wants_json(request) else redirect("access", grant=grant)


def _answered(request: HttpRequest, grant: GrantId) -> str:
    at, me, claim = timezone.now(), account(request), _claim(request)
    if request.POST.get("answer") == "refuse":
        claims.refuse(owner=me, grant_id=grant, claim_id=claim, at=at)
        return "refused"
    number = request.POST.get("number", "")
    claims.answer(owner=me, grant_id=grant, claim_id=claim, number=number, at=at)
    return "opened"


def _claim(request: HttpRequest) -> ClaimId:
    try:
        return ClaimId(uuid.UUID(request.POST.get("claim", "")))
    except ValueError:
        raise ClaimIsGone from None


@require_POST
def stop(request: HttpRequest, view: uuid.UUID) -> HttpResponse:
    """The owner ends one look at once."""
    views.stop(owner=account(request), view_id=ViewId(view), at=timezone.now())
    return redirect("marks")


def marks(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    wanted = request.GET.get("show", "all")
    all_marks = views.marks_of(account=account(request), at=at)
    chosen = [mark for mark in all_marks if wanted == "all" or mark.is_mine == (wanted == "mine")]
    places = places_of([f"view:{mark.view_id}" for mark in chosen], verbs=["documents.view"])
    context = {"marks": chosen, "wanted": wanted, "places": places}
    return render(request, "portal/documents/marks.html", context)


def account(request: HttpRequest) -> AccountId:
    """Who is signed in; the route table has let nobody else in."""
    return AccountId(uuid.UUID(str(request.user.pk)))


def qr_address(opened: OpenAccess) -> str:
    """Upper case throughout: QR packs that alphabet densely, and hosts and schemes do not mind."""
    return f"{settings.portal_origin}/d/{opened.token}".upper()


def wants_json(request: HttpRequest) -> bool:
    return wants_data(request) or "application/json" in request.headers.get("Accept", "")


def _open(opened: OpenAccess, asks: Asking | None) -> dict[str, Any]:
    return {
        "state": "open",
        "closes_at": opened.closes_at.isoformat(),
        "qr_svg": qr_svg(qr_address(opened), label=say("portal.share.qr_label")),
        "code": opened.code,
        "claim": asks
        and {
            "id": str(asks.claim_id),
            "who": asks.who,
            "organisation": _acting_for(asks),
            "asks": str(_what_is_asked(asks)),
            "digits": asks.digits,
            "answer_by": asks.answer_by.isoformat(),
        },
    }


def _acting_for(of: Asking | Mark) -> str:
    """Said in each case: an owner must not take a private person for somebody in office, or a system for
    somebody."""
    if of.purpose:
        return say("portal.share.system_of", organisation=of.organisation)
    return of.organisation or say("portal.share.private_person")


def _what_is_asked(asking: Asking) -> Text:
    if asking.purpose:
        return Text("portal.share.system_wants_to_see", purpose=asking.purpose)
    return Text("portal.share.wants_to_see")


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "id": str(mark.view_id),
        "who": mark.other,
        "organisation": _acting_for(mark),
        "opened_at": mark.opened_at.isoformat(),
        "opened": hour(mark.opened_at),
        "state": mark.state,
        "stop_url": reverse("view-stop", args=[mark.view_id]) if mark.state == "open" else None,
    }


DOCUMENTS = ServiceClass.DOCUMENTS
ROUTES = [
    Route("documents/", documents, Who.SIGNED_IN, "documents"),
    Route("documents/seen/", marks, Who.SIGNED_IN, "marks"),
    Route("documents/seen/<uuid:view>/stop/", stop, Who.SIGNED_IN, "view-stop", Kind.ACTION),
    Route("documents/open/<uuid:grant>/", shared, Who.SIGNED_IN, "access", needs=DOCUMENTS),
    Route(
        "documents/open/<uuid:grant>/state/",
        shared_state,
        Who.SIGNED_IN,
        "access-state",
        Kind.DATA,
        needs=DOCUMENTS,
    ),
    Route("documents/open/<uuid:grant>/close/", close, Who.SIGNED_IN, "access-close", Kind.ACTION),
    Route(
        "documents/open/<uuid:grant>/extend/",
        extend,
        Who.SIGNED_IN,
        "access-extend",
        Kind.ACTION,
        needs=DOCUMENTS,
    ),
    Route(
        "documents/open/<uuid:grant>/answer/",
        answer,
        Who.SIGNED_IN,
        "access-answer",
        Kind.ACTION,
        needs=DOCUMENTS,
    ),
    Route("documents/<slug:slug>/", document, Who.SIGNED_IN, "document", needs=DOCUMENTS),
    Route(
        "documents/<slug:slug>/open/", open_access, Who.SIGNED_IN, "open-access", Kind.ACTION, needs=DOCUMENTS
    ),
]
