"""Sign in by passkey: one page, one button, nothing typed."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from senim.accounts import sessions
from senim.accounts.passkeys import sign_in
from senim.accounts.passkeys.relying_party import PasskeysNotOffered
from senim.errors import Refused
from senim.pages.failures import show_in
from senim.pages.routes import Route, Who
from senim.pages.signing_in import next_of, query_of
from senim.pages.visitors import browser_of, network_of


def by_passkey(request: HttpRequest) -> HttpResponse:
    """GET shows a fresh challenge; POST brings the device's answer."""
    if request.method != "POST":
        return _page(request, forms.Form())
    form, at = forms.Form(request.POST), timezone.now()
    try:
        welcomed = sign_in.sign_in(
            challenge_id=request.POST.get("challenge", ""),
            answer=request.POST.get("answer", ""),
            browser=browser_of(request),
            network=network_of(request),
            known=sessions.holder(request),
            at=at,
        )
    except PasskeysNotOffered:
        raise
    except Refused as refusal:
        show_in(form, refusal)
        return _page(request, form, status=409)
    sessions.open_session(request, welcomed, at=at)
    return redirect(next_of(request) or reverse("cabinet"))


def _page(request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    wanted = next_of(request)
    context = {
        "form": form,
        "next": wanted,
        "asked": sign_in.ask(browser=browser_of(request), at=timezone.now()),
        "back_to": f"{reverse('sign-in')}{query_of(wanted)}",
    }
    return render(request, "portal/sign_in/passkey.html", context, status=status)


ROUTES = [Route("sign-in/passkey/", by_passkey, Who.ANYONE, "sign-in-passkey")]
