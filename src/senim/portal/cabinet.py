"""The cabinet: what the portal holds about the person who is signed in (PT-2.10, PH-5.3, DD-18b)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from senim.accounts import freezing, profiles, sessions, timeline
from senim.documents import views
from senim.documents.kinds import KINDS
from senim.enrolment.numbers import shown
from senim.enrolment.status import of_person
from senim.pages.routes import Capacity, Route, Who
from senim.portal.certificates import lines_of
from senim.portal.organisation import organisation
from senim.portal.phone import places_of_number

MARKS = 5
APPLICATIONS = 3
CERTIFICATES = 4


def cabinet(request: HttpRequest) -> HttpResponse:
    if acting := sessions.acting_of(request):
        return organisation(request, acting)
    at, me = timezone.now(), sessions.whose(request)
    person = profiles.profile(me)
    lines = lines_of(request, at=at)[:CERTIFICATES]
    context = {
        "person": person,
        "places": places_of_number(person) if person.subscriber_number else {},
        "certificates": lines,
        "ending": next((line for line in lines if line.state == "soon"), None),
        "applications": [(one, shown(one.number)) for one in of_person(iin=person.iin, at_most=APPLICATIONS)],
        "kinds": KINDS,
        "marks": views.marks_of(account=me, at=at, at_most=MARKS),
        "history": timeline.latest(me, count=MARKS),
        "is_frozen": freezing.is_frozen(me),
        "session": sessions.facts_of(str(request.session.session_key), me, at=at),
    }
    return render(request, "portal/cabinet/cabinet.html", context)


ROUTES = [Route("cabinet/", cabinet, Who.SIGNED_IN, "cabinet", capacity=Capacity.EITHER)]
