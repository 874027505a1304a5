"""Revoke for somebody who came in person (CA-10.P1–T9): whose certificates, which, the signature.

The case itself stands on the page every application has; here is what only a revocation needs.
"""

from functools import partial
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts.sessions import authentication_of
from senim.countries.kz import oids
from senim.desk import cases
from senim.desk.case_forms import Choice, certificate_words
from senim.desk.operator import operator_at
from senim.desk.signatures import have_signed
from senim.enrolment import desk, revocation_in_person, work
from senim.enrolment.advance import ApplicationId
from senim.enrolment.revocation import REASONS
from senim.enrolment.revocation_in_person_outcome import application_paper
from senim.identifiers import WrongIdentifier
from senim.pages.failures import show_in
from senim.pages.files import pdf_to_read
from senim.pages.routes import Kind, Route, Who
from senim.pages.signature import Sheet, Signature
from senim.pages.words import later
from senim.texts import language


class Person(forms.Form):
    """Who came. ``key`` makes a second click the same application."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    iin = forms.CharField(
        label=later("desk.case.iin"),
        max_length=20,
        error_messages={
            "required": later("desk.revoking.iin.required"),
            "max_length": later("desk.revoking.iin.required"),
        },
    )


def begin(request: HttpRequest) -> HttpResponse:
    """CA-10.P1: the person is found by IIN, and an application with a number begins."""
    if request.method != "POST":
        return _begin_page(request, Person(initial={"key": uuid4()}))
    form = Person(request.POST)
    if not form.is_valid():
        return _begin_page(request, form, code=422)
    try:
        begun = revocation_in_person.begin(
            iin=form.cleaned_data["iin"],
            key=form.cleaned_data["key"],
            operator=operator_at(request),
            language=language(),
            at=timezone.now(),
        )
    except (WrongIdentifier, revocation_in_person.NoCertificates, desk.OwnApplication) as refusal:
        show_in(form, refusal, field="iin")
        return _begin_page(request, form, code=409)
    return redirect("application", begun.application_id)


@require_POST
def choose(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """CA-10.T4. What the system refuses (CA-10.T5) is on the case's page, with its reason."""
    at, case_id = timezone.now(), ApplicationId(application_id)
    candidates = revocation_in_person.candidates(application_id=case_id, at=at)
    form = Choice(request.POST, candidates=candidates)
    if not form.is_valid():
        return cases.case_page(request, application_id, choice=form, code=422)
    try:
        revocation_in_person.form_request(
            application_id=case_id,
            operator=operator_at(request),
            serial_numbers=form.serial_numbers,
            reason=REASONS[form.cleaned_data["reason"]],
            at=at,
        )
    except revocation_in_person.NOT_IN_ORDER:
        return redirect("application", application_id)
    return redirect("application", application_id)


def confirm(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """CA-10.T6."""
    case = ApplicationId(application_id)
    verb = partial(
        revocation_in_person.confirm,
        application_id=case,
        operator=operator_at(request),
        authentication=authentication_of(request),
    )
    page = partial(_confirm_page, request, application_id)
    return have_signed(request, verb, page=page, said_there=cases.SIGN_AGAIN) or redirect("application", case)


@require_POST
def take_back(request: HttpRequest, application_id: UUID) -> HttpResponse:
    revocation_in_person.take_back(
        application_id=ApplicationId(application_id), operator=operator_at(request), at=timezone.now()
    )
    return redirect("application", application_id)


def paper(request: HttpRequest, application_id: UUID) -> HttpResponse:  # noqa: ARG001
    made = application_paper(application_id=ApplicationId(application_id))
    return pdf_to_read(made.pdf, f"application-{made.number}")


def _begin_page(request: HttpRequest, form: Person, *, code: int = 200) -> HttpResponse:
    return render(request, "desk/revoking/begin.html", {"form": form}, status=code)


def _confirm_page(request: HttpRequest, application_id: UUID, form: Signature, *, code: int) -> HttpResponse:
    at, case_id, operator = timezone.now(), ApplicationId(application_id), operator_at(request)
    revocation_in_person.refuse_registered_relatives(application_id=case_id, operator=operator, at=at)
    document = revocation_in_person.document_to_sign(application_id=case_id, operator=operator)
    context = {
        "case": work.case_file(application_id=case_id, at=at),
        "certificates": [
            str(certificate_words(one)) for one in revocation_in_person.chosen(application_id=case_id)
        ],
        "form": form,
        "sheet": Sheet(document.decode(), "sign", now=at, role=oids.OPERATOR),
        "now": at,
    }
    return render(request, "desk/revoking/confirm.html", context, status=code)


_OF_ONE = "application/<uuid:application_id>/"
ROUTES = [
    Route("revoke/", begin, Who.OPERATOR, "revoke-in-person"),
    Route(f"{_OF_ONE}certificates/", choose, Who.OPERATOR, "choose-certificates", Kind.ACTION),
    Route(f"{_OF_ONE}revoke/", confirm, Who.OPERATOR, "confirm-revocation"),
    Route(f"{_OF_ONE}take-back/", take_back, Who.OPERATOR, "take-back", Kind.ACTION),
    Route(f"{_OF_ONE}application.pdf", paper, Who.OPERATOR, "revocation-paper", Kind.FILE),
]
