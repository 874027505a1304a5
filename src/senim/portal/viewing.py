"""The third party's side: scan the QR or type the code, wait to be recognised, look for a few minutes."""

import uuid

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from senim.accounts.methods import ServiceClass
from senim.accounts.profiles import profile
from senim.accounts.sessions import acting_of, organisation_of
from senim.documents import claims, views
from senim.documents.claims import ClaimId, NotACode, TooManyClaims
from senim.documents.views import ViewId
from senim.pages.failures import show_in
from senim.pages.routes import Capacity, Kind, Route, Who
from senim.portal.card import as_card
from senim.portal.documents import account
from senim.settings import settings
from senim.texts import Text


class CodeForm(forms.Form):
    code = forms.CharField(
        label=Text("portal.viewing.code"),  # type: ignore[arg-type]
        max_length=20,
        error_messages={"required": Text("portal.viewing.code_missing")},  # type: ignore[dict-item]
    )


def enter(request: HttpRequest) -> HttpResponse:
    form, status = CodeForm(request.POST or None), 200
    if form.is_valid():
        try:
            asked = claims.enter_code(
                viewer=account(request),
                organisation=organisation_of(request),
                code=form.cleaned_data["code"],
                at=timezone.now(),
            )
        except (NotACode, TooManyClaims) as refusal:
            show_in(form, refusal, field="code")
            status = 409
        else:
            return redirect("view-wait", claim=asked.claim_id)
    elif form.errors:
        status = 422
    return render(request, "portal/viewing/enter.html", {"form": form}, status=status)


def landed(request: HttpRequest, token: str) -> HttpResponse:
    """A QR opened by a phone's own camera: looking takes a press, so that a link preview spends nothing."""
    return render(request, "portal/viewing/landed.html", {"token": token})


@require_POST
def scanned(request: HttpRequest) -> HttpResponse:
    token = request.POST.get("token", "")[:64]
    view = claims.claim_qr(
        viewer=account(request), organisation=organisation_of(request), token=token, at=timezone.now()
    )
    return redirect("viewing", view=view)


@never_cache
def wait(request: HttpRequest, claim: uuid.UUID) -> HttpResponse:
    at, me = timezone.now(), account(request)
    waiting = claims.waiting(viewer=me, claim_id=ClaimId(claim), at=at)
    if waiting.view_id:
        return redirect("viewing", view=waiting.view_id)
    context = {
        "claim": claim,
        "waiting": waiting,
        "now": at,
        "me": profile(me).full_name,
        "seconds": int(settings.claim_answer_within.total_seconds()),
    }
    return render(request, "portal/viewing/wait.html", context)


@never_cache
def wait_state(request: HttpRequest, claim: uuid.UUID) -> HttpResponse:
    waiting = claims.waiting(viewer=account(request), claim_id=ClaimId(claim), at=timezone.now())
    location = reverse("viewing", args=[waiting.view_id]) if waiting.view_id else None
    return JsonResponse({"state": waiting.state, "location": location})


@require_POST
def withdraw(request: HttpRequest, claim: uuid.UUID) -> HttpResponse:
    claims.withdraw(viewer=account(request), claim_id=ClaimId(claim), at=timezone.now())
    return redirect("view-enter")


@never_cache
def look(request: HttpRequest, view: uuid.UUID) -> HttpResponse:
    at, me = timezone.now(), account(request)
    looking = views.look(viewer=me, view_id=ViewId(view), at=at)
    context = {
        "looking": looking,
        "document": looking.document,
        "card": as_card(looking.document),
        "now": at,
        "seconds": int(settings.view_lifetime.total_seconds()),
    }
    return render(request, "portal/viewing/look.html", context)


@never_cache
def look_state(request: HttpRequest, view: uuid.UUID) -> HttpResponse:
    state = views.state_of(viewer=account(request), view_id=ViewId(view), at=timezone.now())
    return JsonResponse({"state": state})


@require_POST
def finish(request: HttpRequest, view: uuid.UUID) -> HttpResponse:
    views.finish(viewer=account(request), view_id=ViewId(view), at=timezone.now())
    return redirect("cabinet" if acting_of(request) else "marks")


DOCUMENTS, EITHER = ServiceClass.DOCUMENTS, Capacity.EITHER
WAIT, LOOK = "view/wait/<uuid:claim>/", "view/<uuid:view>/"
_IN, _DATA, _ACTION = Who.SIGNED_IN, Kind.DATA, Kind.ACTION
ROUTES = [
    Route("view/", enter, _IN, "view-enter", needs=DOCUMENTS, capacity=EITHER),
    Route("d/<str:token>", landed, _IN, "view-landed", needs=DOCUMENTS, capacity=EITHER),
    Route("view/scanned/", scanned, _IN, "view-scanned", _ACTION, needs=DOCUMENTS, capacity=EITHER),
    Route(WAIT, wait, _IN, "view-wait", needs=DOCUMENTS, capacity=EITHER),
    Route(f"{WAIT}state/", wait_state, _IN, "view-wait-state", _DATA, needs=DOCUMENTS, capacity=EITHER),
    Route(f"{WAIT}withdraw/", withdraw, _IN, "view-withdraw", _ACTION, capacity=EITHER),
    Route(LOOK, look, _IN, "viewing", needs=DOCUMENTS, capacity=EITHER),
    Route(f"{LOOK}state/", look_state, _IN, "viewing-state", _DATA, needs=DOCUMENTS, capacity=EITHER),
    Route(f"{LOOK}finish/", finish, _IN, "viewing-finish", _ACTION, capacity=EITHER),
]
