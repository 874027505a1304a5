"""Passkeys of the person who is signed in (PT-2.4): listed, added, renamed, removed."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from senim.accounts import passwords, profiles
from senim.accounts.methods import Method, ServiceClass, allowed
from senim.accounts.passkeys import kept, registration
from senim.accounts.sessions import whose
from senim.errors import Refused
from senim.pages.failures import show_in
from senim.pages.routes import Route, Who
from senim.pages.visitors import browser_of
from senim.pages.words import later
from senim.texts import say

LONGEST_NAME = 40


class NameForm(forms.Form):
    """What its holder calls it. Who leaves it empty gets a name all the same."""

    name = forms.CharField(
        label=later("portal.passkeys.name"),
        max_length=LONGEST_NAME,
        required=False,
        error_messages={"max_length": later("portal.passkeys.name_too_long", most=LONGEST_NAME)},
    )

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]) or say("portal.passkeys.name_given")


def passkeys(request: HttpRequest) -> HttpResponse:
    context = {"passkeys": kept.of_account(whose(request)), "back_to": reverse("security")}
    return render(request, "portal/passkeys/list.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """GET asks the browser for a passkey; POST brings what it made."""
    if request.method != "POST":
        return _new_page(request, NameForm(initial={"name": say("portal.passkeys.name_given")}))
    form = NameForm(request.POST)
    if not form.is_valid():
        return _new_page(request, form, status=422)
    try:
        registration.add(
            account_id=whose(request),
            challenge_id=request.POST.get("challenge", ""),
            answer=request.POST.get("answer", ""),
            name=form.cleaned_data["name"],
            browser=browser_of(request),
            keep_session=str(request.session.session_key),
            at=timezone.now(),
        )
    except registration.TooManyPasskeys:
        raise
    except Refused as refusal:
        show_in(form, refusal)
        return _new_page(request, form, status=409)
    return redirect("passkeys")


def rename(request: HttpRequest, passkey_id: UUID) -> HttpResponse:
    one = kept.one_of(whose(request), passkey_id)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": one.name})
    if form.is_valid():
        name = form.cleaned_data["name"]
        kept.rename(account_id=whose(request), passkey_id=passkey_id, name=name, at=timezone.now())
        return redirect("passkeys")
    context = {"form": form, "one": one, "back_to": reverse("passkeys"), "longest": LONGEST_NAME}
    return render(request, "portal/passkeys/rename.html", context, status=422 if form.errors else 200)


def remove(request: HttpRequest, passkey_id: UUID) -> HttpResponse:
    """GET asks whether it is this one, and says by what one signs in without it."""
    if request.method != "POST":
        return _remove_page(request, kept.one_of(whose(request), passkey_id))
    kept.remove(
        account_id=whose(request),
        passkey_id=passkey_id,
        keep_session=str(request.session.session_key),
        at=timezone.now(),
    )
    return redirect("passkeys")


def _remove_page(request: HttpRequest, one: kept.Kept) -> HttpResponse:
    at, me = timezone.now(), whose(request)
    ways = allowed(ServiceClass.EVERYDAY, at=at)
    number = profiles.profile(me).subscriber_number if Method.CODE in ways else None
    context = {
        "one": one,
        "others": len(kept.of_account(me)) - 1 if Method.PASSKEY in ways else 0,
        "number": number,
        "password": Method.PASSWORD in ways and passwords.set_since(me) is not None,
        "back_to": reverse("passkeys"),
    }
    return render(request, "portal/passkeys/remove.html", context)


def _new_page(request: HttpRequest, form: NameForm, *, status: int = 200) -> HttpResponse:
    asked = registration.ask(account_id=whose(request), browser=browser_of(request), at=timezone.now())
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "back_to": reverse("passkeys"),
        "longest": LONGEST_NAME,
    }
    return render(request, "portal/passkeys/new.html", context, status=status)


FACTORS = ServiceClass.FACTORS
_ONE = "security/passkeys/<uuid:passkey_id>/"
ROUTES = [
    Route("security/passkeys/", passkeys, Who.SIGNED_IN, "passkeys", needs=FACTORS),
    Route("security/passkeys/new/", new, Who.SIGNED_IN, "passkey-new", needs=FACTORS),
    Route(f"{_ONE}rename/", rename, Who.SIGNED_IN, "passkey-rename", needs=FACTORS),
    Route(f"{_ONE}remove/", remove, Who.SIGNED_IN, "passkey-remove", needs=FACTORS),
]
