"""How one signs in, where one is signed in, and who tried (PT-2.4, PT-4.1): a page of the cabinet."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts import attempts, passwords, profiles, sessions
from senim.accounts.methods import ServiceClass, allowed
from senim.accounts.passkeys import kept
from senim.accounts.sessions import whose
from senim.errors import Refused
from senim.pages.failures import show_in
from senim.pages.routes import Kind, Route, Who
from senim.pages.words import later

ATTEMPTS = 20


class PasswordForm(forms.Form):
    """The new password, typed once: it can be shown."""

    password = forms.CharField(
        label=later("portal.security.new_password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput,
        error_messages={"required": later("portal.security.password_missing")},
    )


def security(request: HttpRequest) -> HttpResponse:
    at, me = timezone.now(), whose(request)
    person = profiles.profile(me)
    context = {
        "person": person,
        "methods": allowed(ServiceClass.EVERYDAY, at=at),
        "passkeys": kept.of_account(me),
        "password_since": passwords.set_since(me),
        "sessions": sessions.of_account(me, here=_key(request), at=at),
        "attempts": attempts.latest(iin=person.iin, at=at, count=ATTEMPTS),
        "back_to": reverse("cabinet"),
    }
    return render(request, "portal/security/security.html", context)


def password(request: HttpRequest) -> HttpResponse:
    """Choose a password, or another one."""
    if request.method != "POST":
        return _password_page(request, PasswordForm())
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _password_page(request, form, status=422)
    try:
        passwords.choose(
            account_id=whose(request),
            password=form.cleaned_data["password"],
            keep_session=_key(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        show_in(form, refusal, field="password")
        return _password_page(request, form, status=409)
    return redirect("security")


@require_POST
def give_up_password(request: HttpRequest) -> HttpResponse:
    passwords.give_up(account_id=whose(request), keep_session=_key(request), at=timezone.now())
    return redirect("security")


@require_POST
def end_session(request: HttpRequest, reference: str) -> HttpResponse:
    """One of their own; of a session that is not theirs they learn nothing."""
    sessions.end(account_id=whose(request), reference=reference, at=timezone.now())
    return redirect("security")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    sessions.end_all_others(account_id=whose(request), keep=_key(request), at=timezone.now())
    return redirect("security")


def _password_page(request: HttpRequest, form: PasswordForm, *, status: int = 200) -> HttpResponse:
    me = whose(request)
    context = {
        "form": form,
        "iin": profiles.profile(me).iin,
        "since": passwords.set_since(me),
        "back_to": reverse("security"),
    }
    return render(request, "portal/security/password.html", context, status=status)


def _key(request: HttpRequest) -> str:
    return str(request.session.session_key)


FACTORS = ServiceClass.FACTORS
ROUTES = [
    Route("security/", security, Who.SIGNED_IN, "security"),
    Route("security/password/", password, Who.SIGNED_IN, "password", needs=FACTORS),
    Route(
        "security/password/give-up/",
        give_up_password,
        Who.SIGNED_IN,
        "password-give-up",
        Kind.ACTION,
        needs=FACTORS,
    ),
    Route(
        "security/sessions/end-others/", end_other_sessions, Who.SIGNED_IN, "sessions-end-others", Kind.ACTION
    ),
    Route("security/sessions/<slug:reference>/end/", end_session, Who.SIGNED_IN, "session-end", Kind.ACTION),
]
