"""The cabinet: what the portal holds about the person who is signed in (PT-2.10, PH-5.3, DD-18b)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from senim.accounts import profiles, sessions, timeline
from senim.certification import certificates
from senim.certification.facts import CertificateFacts
from senim.documents import views
from senim.documents.kinds import KINDS
from senim.enrolment.numbers import shown
from senim.enrolment.status import of_person
from senim.pages.routes import Route, Who

SHOWN_PROFILES = ("individual_sign", "individual_auth")
SOON = timedelta(days=30)
MARKS = 5
APPLICATIONS = 3
CERTIFICATES = 4


@dataclass(frozen=True)
class CertificateLine:
    """A certificate in the list; ``state`` is one of valid, soon, early, expired, revoked."""

    profile: str
    state: str
    until: datetime


TONES = {"valid": "ok", "soon": "wait", "early": "idle", "expired": "idle", "revoked": "stop"}


def cabinet(request: HttpRequest) -> HttpResponse:
    at, me = timezone.now(), sessions.whose(request)
    person = profiles.profile(me)
    lines = certificate_lines(certificates.of_person(person.iin), at=at)
    context = {
        "person": person,
        "certificates": [(line, TONES[line.state]) for line in lines],
        "ending": next((line for line in lines if line.state == "soon"), None),
        "applications": [(one, shown(one.number)) for one in of_person(iin=person.iin, at_most=APPLICATIONS)],
        "kinds": KINDS,
        "marks": views.marks_of(account=me, at=at, at_most=MARKS),
        "history": timeline.latest(me, count=MARKS),
        "session": sessions.facts_of(str(request.session.session_key), me, at=at),
    }
    return render(request, "portal/cabinet/cabinet.html", context)


def certificate_lines(found: tuple[CertificateFacts, ...], *, at: datetime) -> list[CertificateLine]:
    """The newest first, those for citizens only, and no more than fit the page."""
    citizens = [one for one in found if one.profile in SHOWN_PROFILES][:CERTIFICATES]
    return [CertificateLine(one.profile, state_of(one, at=at), one.not_after) for one in citizens]


def state_of(certificate: CertificateFacts, *, at: datetime) -> str:
    if certificate.revoked_at:
        return "revoked"
    if at > certificate.not_after:
        return "expired"
    if at < certificate.not_before:
        return "early"
    return "soon" if certificate.not_after - at < SOON else "valid"


ROUTES = [Route("cabinet/", cabinet, Who.SIGNED_IN, "cabinet")]
