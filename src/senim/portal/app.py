"""The portal as the mobile app of the e-government: its profile, a key made in it, a number connected in it
(PH-4, PH-6.*, PH-9, PH-A5). Code, signature and result are the pages of ``phone``."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from senim import rulebook
from senim.accounts import biometrics, number_requests, profiles
from senim.accounts.methods import ServiceClass
from senim.accounts.mobile import beginning, keys, recognition
from senim.accounts.sessions import (
    acting_of,
    authentication_of,
    organisation_of,
    private_holder,
    steps_of,
    whose,
)
from senim.accounts.states import Channel
from senim.enrolment import reissue
from senim.pages.failures import status_of
from senim.pages.routes import Kind, Route, Who
from senim.pages.visitors import network_of
from senim.portal import identification
from senim.portal.phone import APP, drawn, page_due, places_of_number, standing_at, steps_in, type_number
from senim.portal.reissue import TYPED


def app(request: HttpRequest) -> HttpResponse:
    """The app's first page: the profile of who is signed in (PH-6.3), for others the ways in (PH-6.1)."""
    if acting_of(request):
        return redirect("cabinet")
    me = private_holder(request)
    if me is None:
        sign_in = f"{reverse('sign-in')}?{urlencode({'next': reverse('app')})}"
        return render(request, "portal/app/enter.html", {"sign_in": sign_in})
    mine = profiles.profile(me)
    context = {"person": mine, "places": places_of_number(mine) if mine.subscriber_number else {}}
    return render(request, "portal/app/profile.html", context)


def key(request: HttpRequest) -> HttpResponse:
    """A key made in this app: on the strength of an own valid one, or ordered from an operator."""
    if request.method != "POST":
        return render(request, "portal/app/key.html")
    keys.refuse_without_key(_methods(request))
    known = request.session.get(TYPED) or reissue.known_contact(account_id=whose(request))
    request.session[TYPED] = {**known, "storage": "browser"}
    return redirect("reissue")


def phone(request: HttpRequest) -> HttpResponse:
    """A number, typed in the app by somebody who signed in with a certificate."""

    def begin(number: str, consent: bool) -> None:
        beginning.begin(
            account_id=whose(request),
            methods=_methods(request),
            organisation=organisation_of(request),
            number=number,
            consent=consent,
            network=network_of(request),
            at=timezone.now(),
        )

    signed = number_requests.has_to_be_signed(Channel.MOBILE)
    lead = "portal.app.phone_lead_signed" if signed else "portal.app.phone_lead"
    return type_number(request, APP, begin, steps=steps_in(APP, signed), lead=lead)


def face(request: HttpRequest) -> HttpResponse:
    """To the service that recognises people (PH-6.2). POST asks it; the page then says where to go."""
    me, at = whose(request), timezone.now()
    if request.method == "POST":
        recognition.ask(account_id=me, return_to=identification.way_back("app-phone-seen"), at=at)
        return redirect("app-phone-face")
    found = standing_at(request, "app-phone-face")
    if isinstance(found, HttpResponse):
        return found
    steps = steps_in(APP, found.signed)
    begun = recognition.waiting(account_id=me, at=at)
    return drawn(request, APP, "face", begun=begun, here=reverse("app-phone-face"), steps=steps)


def seen(request: HttpRequest) -> HttpResponse:
    """The device is back from the service, with the code that fetches what it saw."""
    try:
        session_id, code = identification.brought_back(request)
        standing = recognition.take(
            account_id=whose(request),
            authentication=authentication_of(request),
            session_id=session_id,
            code=code,
            keep_session=str(request.session.session_key),
            at=timezone.now(),
        )
    except biometrics.BiometricRefused as refusal:
        context = {"refusal": refusal, "clause": rulebook.cited(refusal.clause)}
        return render(request, "portal/app/not_recognised.html", context, status=status_of(refusal))
    return redirect(page_due(standing))


def _methods(request: HttpRequest) -> frozenset[str]:
    return frozenset(step["method"] for step in steps_of(request))


ROUTES = [
    Route("app/", app, Who.ANYONE, "app"),
    Route("app/key/", key, Who.SIGNED_IN, "app-key"),
    Route("app/phone/", phone, Who.SIGNED_IN, "app-phone", needs=ServiceClass.FACTORS),
    Route("app/phone/face/", face, Who.SIGNED_IN, "app-phone-face"),
    Route("app/phone/seen/", seen, Who.SIGNED_IN, "app-phone-seen", Kind.ACTION),
]
