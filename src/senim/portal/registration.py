"""Register on the portal: say who, by IIN or BIN, and prove it with a certificate (PT-2.1-1, PT-4.2)."""

from dataclasses import replace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from senim.accounts.registration import only_of
from senim.identifiers import Kind, parse
from senim.pages.routes import Route, Who
from senim.portal.identifier_field import IdentifierField
from senim.portal.sign_in import DOOR

REGISTERING = "registering"
"""Of the session: the identifier that was typed here."""


class WhoForm(forms.Form):
    """For whom the account is; the kind of the identifier decides whether for a person or an organisation."""

    identifier = IdentifierField()


def register(request: HttpRequest) -> HttpResponse:
    """Whether there is such an account already is not said: who proves to be its holder is let in anyway."""
    form = WhoForm(request.POST or None)
    if form.is_valid():
        request.session[REGISTERING] = form.cleaned_data["identifier"]
        return redirect("register-prove")
    status = 422 if form.errors else 200
    return render(request, "portal/registration/who.html", {"form": form}, status=status)


def prove(request: HttpRequest) -> HttpResponse:
    """The challenge to sign; only a certificate of that very person or organisation answers it."""
    typed = request.session.get(REGISTERING)
    if typed is None:
        return redirect("register")
    name = "organisation" if parse(typed).kind is Kind.LEGAL_ENTITY else "person"
    door = replace(DOOR, template=f"portal/registration/{name}.html", admit=only_of(typed), ways={})
    return door.sign_in(request)


ROUTES = [
    Route("register/", register, Who.ANYONE, "register"),
    Route("register/prove/", prove, Who.ANYONE, "register-prove"),
]
