"""The cabinet of an organisation: what whoever acts for it sees, by their role (PT-2.1-1, PT-2.10)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts.organisations import profiles
from senim.accounts.organisations.acting import Acting
from senim.accounts.sessions import acting_of, whose
from senim.documents import views
from senim.pages.routes import Capacity, Kind, Route, Who
from senim.texts import Text

MARKS = 10


def organisation(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The page at ``cabinet/`` for somebody who acts for an organisation."""
    at = timezone.now()
    context = {
        "role": Text(f"enrolment.role.{acting.role}"),
        "profile": profiles.profile(acting, here=_key(request), at=at),
        "marks": views.marks_for(
            viewer=whose(request), organisation=acting.registered_name, at=at, at_most=MARKS
        ),
    }
    return render(request, "portal/organisation/organisation.html", context)


@require_POST
def end_session(request: HttpRequest, reference: str) -> HttpResponse:
    """Of a session that does not act for this organisation they learn nothing."""
    acting = acting_of(request)
    if acting is not None:
        profiles.end_session(acting, by=whose(request), reference=reference, at=timezone.now())
    return redirect("cabinet")


def _key(request: HttpRequest) -> str:
    return str(request.session.session_key)


ROUTES = [
    Route(
        "organisation/sessions/<slug:reference>/end/",
        end_session,
        Who.SIGNED_IN,
        "organisation-session-end",
        Kind.ACTION,
        capacity=Capacity.ORGANISATION,
    )
]
