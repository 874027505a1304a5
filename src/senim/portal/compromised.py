"""A key reports itself: revocation by proof of possession, without an account."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from senim.certification import compromise
from senim.errors import Refused
from senim.pages.routes import Route, Who
from senim.pages.words import later

LONGEST_STATEMENT = 32_000
COMMAND = f'openssl req -new -key key.pem -subj "/CN={compromise.STATEMENT}"'


class Statement(forms.Form):
    """What the key signed, as text."""

    statement = forms.CharField(
        label=later("portal.compromised.statement"),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea,
        error_messages={
            "required": later("portal.compromised.statement.required"),
            "max_length": later("portal.compromised.statement.too_long"),
        },
    )


def compromised_key(request: HttpRequest) -> HttpResponse:
    """Whoever made the statement sees afterwards what became of the key's certificate."""
    form = Statement(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            done = compromise.report(statement=form.cleaned_data["statement"].encode(), at=timezone.now())
        except Refused as refusal:
            form.add_error("statement", f"{refusal.reason}. {refusal.next_step}")
        else:
            return redirect(f"{reverse('revoked')}?{urlencode({'serial': done.serial_numbers[-1]})}")
    context = {"form": form, "command": COMMAND}
    return render(request, "portal/compromised/compromised_key.html", context)


ROUTES = [Route("compromised-key/", compromised_key, Who.ANYONE, "compromised-key")]
