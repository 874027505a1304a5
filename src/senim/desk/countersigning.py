"""The second operator's page: their signature lets the first one confirm what one may not alone."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from senim.accounts.sessions import authentication_of
from senim.countries.kz import oids
from senim.desk.case_forms import certificate_words
from senim.desk.operator import operator_at
from senim.desk.signatures import have_signed
from senim.enrolment import countersigning, revocation_in_person, work
from senim.enrolment.advance import ApplicationId
from senim.enrolment.kinds import Kind as ApplicationKind
from senim.operators.four_eyes import CountersignatureNotValid
from senim.pages.routes import Route, Who
from senim.pages.signature import Sheet, Signature


def countersign(request: HttpRequest, application_id: UUID) -> HttpResponse:
    case = ApplicationId(application_id)
    verb = partial(
        countersigning.countersign,
        application_id=case,
        operator=operator_at(request),
        authentication=authentication_of(request),
    )
    again, page = (CountersignatureNotValid,), partial(_page, request, case)
    return have_signed(request, verb, page=page, said_there=again) or redirect("application", case)


def _page(request: HttpRequest, application_id: ApplicationId, form: Signature, *, code: int) -> HttpResponse:
    at = timezone.now()
    asked = countersigning.asked(application_id=application_id, operator=operator_at(request))
    case = work.case_file(application_id=application_id, at=at)
    to_revoke = case.status.kind is ApplicationKind.REVOCATION
    chosen = revocation_in_person.chosen(application_id=application_id) if to_revoke else ()
    context = {
        "case": case,
        "certificates": [str(certificate_words(one)) for one in chosen],
        "confirmed_by": asked.confirmed_by,
        "form": form,
        "sheet": Sheet(
            asked.document.decode(), "sign", now=at, role=oids.OPERATOR, names=asked.order.decode()
        ),
    }
    return render(request, "desk/countersign.html", context, status=code)


ROUTES = [
    Route("application/<uuid:application_id>/countersign/", countersign, Who.OPERATOR, "countersign"),
]
