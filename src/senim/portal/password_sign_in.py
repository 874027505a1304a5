"""Sign in by login and password (PT-4.1): one page."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from senim.accounts import sessions
from senim.accounts.password_sign_in import sign_in
from senim.errors import Refused
from senim.pages.failures import show_in
from senim.pages.routes import Route, Who
from senim.pages.signing_in import next_of, query_of
from senim.pages.visitors import network_of
from senim.pages.words import later
from senim.portal.iin_field import IinField


class LoginForm(forms.Form):
    """The login is the IIN. A password is never trimmed, and never shown again."""

    iin = IinField()
    password = forms.CharField(
        label=later("portal.sign_in.password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput,
        error_messages={"required": later("portal.sign_in.password_missing")},
    )


def by_password(request: HttpRequest) -> HttpResponse:
    """A wrong login and a wrong password get the same answer."""
    if request.method != "POST":
        return _page(request, LoginForm())
    form, at = LoginForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        welcomed = sign_in(
            **form.cleaned_data, network=network_of(request), known=sessions.holder(request), at=at
        )
    except Refused as refusal:
        show_in(form, refusal)
        return _page(request, form, status=409)
    sessions.open_session(request, welcomed, at=at)
    return redirect(next_of(request) or reverse("cabinet"))


def _page(request: HttpRequest, form: LoginForm, *, status: int = 200) -> HttpResponse:
    wanted = next_of(request)
    context = {"form": form, "next": wanted, "back_to": f"{reverse('sign-in')}{query_of(wanted)}"}
    return render(request, "portal/sign_in/password.html", context, status=status)


ROUTES = [Route("sign-in/password/", by_password, Who.ANYONE, "sign-in-password")]
