"""Steps in which somebody shows their face to the remote identification service and comes back (PH-2.3)."""

from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from senim.accounts import biometrics
from senim.settings import settings


class Returned(forms.Form):
    """What the service puts into the address of the way back."""

    session = forms.UUIDField()
    code = forms.CharField(max_length=200)


def way_back(name: str) -> str:
    """The whole address of this route, for ``return_to``."""
    return f"{settings.portal_origin}{reverse(name)}"


def brought_back(request: HttpRequest) -> tuple[UUID, str]:
    """The session this browser comes back from, and the code for its assertion. Refuses: NotFinished."""
    said = Returned(request.GET)
    if not said.is_valid():
        raise biometrics.NotFinished
    return said.cleaned_data["session"], said.cleaned_data["code"]
