"""The holder's own certificates: the list, one of them, its public part as a file."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from senim.accounts import sessions
from senim.certification.facts import CertificateFacts
from senim.countries.kz import roles
from senim.enrolment import revocation
from senim.enrolment.holdings import holding_of
from senim.enrolment.installation import spelled
from senim.journal.places import places_of
from senim.pages.routes import Capacity, Kind, Route, Who
from senim.texts import Text

SOON = timedelta(days=30)
TONES = {
    "valid": "ok",
    "soon": "wait",
    "early": "idle",
    "coming": "wait",
    "expired": "idle",
    "revoked": "stop",
}


@dataclass(frozen=True)
class Line:
    """A certificate as its holder reads it."""

    facts: CertificateFacts
    state: str

    @property
    def number(self) -> str:
        """The serial number in addresses: hexadecimal."""
        return f"{self.facts.serial_number:x}"

    @property
    def spelled(self) -> str:
        return spelled(self.facts.serial_number)

    @property
    def kind(self) -> Text:
        return holding_of(self.facts).said

    @property
    def purpose(self) -> Text:
        """The kind, where it is clear for whom."""
        return Text(f"enrolment.certificate.{roles.PURPOSE_OF[self.facts.profile]}")

    @property
    def state_said(self) -> Text:
        return Text(f"portal.cabinet.state_{self.state}")

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def until(self) -> datetime:
        return self.facts.not_after

    @property
    def may_be_revoked(self) -> bool:
        return self.state in {"valid", "soon", "early", "coming"}

    @property
    def reason_said(self) -> Text | None:
        reason = self.facts.reason
        return Text(f"enrolment.revocation.reason.{reason.name.lower()}") if reason else None


def lines_of(request: HttpRequest, *, at: datetime) -> list[Line]:
    own = revocation.own_certificates(account_id=sessions.whose(request)).values()
    return [Line(one, state_of(one, at=at)) for one in own if is_of_this_side(request, one)]


def is_of_this_side(request: HttpRequest, certificate: CertificateFacts) -> bool:
    """Who acts for an organisation sees their certificates for it, and no others of theirs."""
    acting = sessions.acting_of(request)
    return acting is None or holding_of(certificate).capacity.bin == acting.bin


def state_of(certificate: CertificateFacts, *, at: datetime) -> str:
    """One of coming, valid, soon, early, expired, revoked."""
    if certificate.revoked_at:
        return "revoked"
    if at > certificate.not_after:
        return "expired"
    if not certificate.is_published:
        return "coming"
    if at < certificate.not_before:
        return "early"
    return "soon" if certificate.not_after - at < SOON else "valid"


def line_of(request: HttpRequest, number: str, *, at: datetime) -> Line:
    """Raises NotYourCertificate; what is no number is nobody's certificate either."""
    facts = revocation.own_certificate(
        serial_number=serial_number_in(number), account_id=sessions.whose(request)
    )
    if not is_of_this_side(request, facts):
        raise revocation.NotYourCertificate
    return Line(facts, state_of(facts, at=at))


def serial_number_in(number: str) -> int:
    try:
        return int(number, 16)
    except ValueError:
        raise Http404 from None


def certificates(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    context = {
        "lines": lines_of(request, at=at),
        "can_sign": revocation.can_sign(account_id=sessions.whose(request), at=at),
    }
    return render(request, "portal/certificates/list.html", context)


def certificate(request: HttpRequest, number: str) -> HttpResponse:
    line = line_of(request, number, at=timezone.now())
    subject = f"{line.facts.serial_number:040x}"
    context = {
        "line": line,
        "places": places_of([f"certificate:{subject}"], verbs=["certification.revoke"]),
        "subject": subject,
    }
    return render(request, "portal/certificates/certificate.html", context)


def certificate_file(request: HttpRequest, number: str) -> HttpResponse:
    """The public part: what anybody may see of it, and no key. Not before whoever checks it knows of it."""
    line = line_of(request, number, at=timezone.now())
    if line.state == "coming":
        raise Http404
    answer = HttpResponse(line.facts.der, content_type="application/pkix-cert")
    answer.headers["Content-Disposition"] = f'attachment; filename="{line.number}.cer"'
    return answer


EITHER = Capacity.EITHER
ROUTES = [
    Route("certificates/", certificates, Who.SIGNED_IN, "certificates", capacity=EITHER),
    Route("certificates/<str:number>/", certificate, Who.SIGNED_IN, "certificate", capacity=EITHER),
    Route(
        "certificates/<str:number>/certificate.cer",
        certificate_file,
        Who.SIGNED_IN,
        "certificate-file",
        Kind.FILE,
        capacity=EITHER,
    ),
]
