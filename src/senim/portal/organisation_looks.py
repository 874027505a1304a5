"""What an organisation's information systems were shown, for whose role that is (DD-18b); to others the page
is not there.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from senim.accounts.organisations.rights import NotInThisRole
from senim.accounts.sessions import acting_of
from senim.documents import seen_by_systems
from senim.documents.seen_by_systems import Order, Outcome, Sought
from senim.pages.choices import offer
from senim.pages.routes import Capacity, Route, Who
from senim.pages.words import later
from senim.texts import Text

TONES = {Outcome.OPEN: "wait", Outcome.STOPPED: "stop", Outcome.CLOSED: "idle"}


class Search(forms.Form):
    """Nothing typed finds everything, the newest first."""

    words = forms.CharField(label=later("portal.looks.words"), required=False, max_length=100)
    day = forms.DateField(
        label=later("portal.looks.day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": later("portal.looks.day_wrong")},
    )
    outcome = forms.ChoiceField(label=later("portal.looks.outcome"), required=False)
    order = forms.ChoiceField(label=later("portal.looks.order"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        every = [("", Text("portal.looks.every"))]
        offer(self, "outcome", [*every, *((one, Text(f"portal.looks.outcome.{one}")) for one in Outcome)])
        offer(self, "order", [(one, Text(f"portal.looks.order.{one}")) for one in Order])

    def sought(self) -> Sought:
        said = self.cleaned_data
        return Sought(
            words=said["words"],
            outcome=Outcome(said["outcome"]) if said["outcome"] else None,
            day=said["day"],
            order=Order(said["order"] or Order.NEWEST),
        )


def looks(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    if acting is None:
        raise NotInThisRole
    form = Search(request.GET)
    wanted = form.sought() if form.is_valid() else Sought()
    found = seen_by_systems.search(acting, wanted, at=timezone.now())
    context = {
        "form": form,
        "found": found,
        "lines": [(one, Text(f"portal.marks.{one.outcome}"), TONES[one.outcome]) for one in found.looks],
        "everything": not any(request.GET.values()),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/organisation/looks.html", context, status=status)


ROUTES = [
    Route(
        "organisation/seen/",
        looks,
        Who.SIGNED_IN,
        "organisation-looks",
        capacity=Capacity.ORGANISATION,
    )
]
