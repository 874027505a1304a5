"""One application at the desk: the file, the papers, the decision, the operator's own signature."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts import signed_steps
from senim.accounts.sessions import authentication_of
from senim.accounts.signed_steps import SignedIn
from senim.countries.kz import oids
from senim.desk.case_forms import Choice, Papers, Refusal
from senim.desk.hands import whose_case
from senim.desk.operator import operator_at
from senim.desk.registry_facts import registry_facts
from senim.desk.signatures import have_signed
from senim.enrolment import desk, kinds, revocation_in_person, work
from senim.enrolment.advance import ApplicationId
from senim.enrolment.kinds import Kind as ApplicationKind
from senim.enrolment.process import Step
from senim.enrolment.receipts import receipt
from senim.enrolment.reissue_check import ReissueNoLongerSigned
from senim.enrolment.revocation_in_person_outcome import receipt_paper
from senim.pages.failures import show_in
from senim.pages.files import pdf_to_read
from senim.pages.routes import Kind, Route, Who
from senim.pages.signature import Sheet, Signature

SIGN_AGAIN = (
    desk.SignatureNotValid,
    desk.SignatureOfAnother,
    desk.NotAnOperatorsCertificate,
    ReissueNoLongerSigned,
)
"""Refusals of a signature: said on the page where it is made."""


def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Issue onto an identity card has a page of its own (``card``)."""
    return case_page(request, application_id)


@require_POST
def present(request: HttpRequest, application_id: UUID) -> HttpResponse:
    desk.present(
        application_id=ApplicationId(application_id), operator=operator_at(request), at=timezone.now()
    )
    return redirect("application", application_id)


@require_POST
def accept(request: HttpRequest, application_id: UUID) -> HttpResponse:
    case = work.case_file(application_id=ApplicationId(application_id), at=timezone.now())
    form = _papers_form(case, request.POST)
    if not form.is_valid():
        return case_page(request, application_id, papers=form, code=422)
    desk.accept(
        application_id=ApplicationId(application_id),
        operator=operator_at(request),
        identification=form.cleaned_data["identification"],
        papers_in_order=frozenset(form.cleaned_data["papers"]),
        at=timezone.now(),
    )
    return redirect("application", application_id)


@require_POST
def give_receipt(request: HttpRequest, application_id: UUID) -> HttpResponse:
    desk.give_receipt(
        application_id=ApplicationId(application_id), operator=operator_at(request), at=timezone.now()
    )
    return redirect("application", application_id)


def receipt_file(request: HttpRequest, application_id: UUID) -> HttpResponse:  # noqa: ARG001
    case_id = ApplicationId(application_id)
    made_by = receipt_paper if work.kind_of(application_id=case_id) is kinds.Kind.REVOCATION else receipt
    made = made_by(application_id=case_id)
    return pdf_to_read(made.pdf, f"receipt-{made.number}")


def refuse(request: HttpRequest, application_id: UUID) -> HttpResponse:
    form = Refusal(request.POST or None)
    if form.is_valid():
        try:
            desk.refuse(
                application_id=ApplicationId(application_id),
                operator=operator_at(request),
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except desk.ReasonMissing as refusal:
            show_in(form, refusal, field="reason")
        else:
            return redirect("application", application_id)
    case = work.case_file(application_id=ApplicationId(application_id), at=timezone.now())
    context = {"case": case, "form": form}
    return render(request, "desk/refuse.html", context, status=422 if form.errors else 200)


def confirm(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """CA-6.P9."""
    case = ApplicationId(application_id)
    verb = partial(
        desk.confirm,
        application_id=case,
        operator=operator_at(request),
        authentication=authentication_of(request),
    )
    page = partial(_confirm_page, request, case)
    return have_signed(request, verb, page=page, said_there=SIGN_AGAIN) or redirect("application", case)


def _confirm_page(
    request: HttpRequest, application_id: ApplicationId, form: Signature, *, code: int
) -> HttpResponse:
    at, operator = timezone.now(), operator_at(request)
    desk.refuse_relatives(application_id=application_id, operator=operator, at=at)
    document = desk.document_to_sign(application_id=application_id, operator=operator)
    context = {
        "case": work.case_file(application_id=application_id, at=at),
        "form": form,
        "sheet": Sheet(document.decode(), "sign", now=at, role=oids.OPERATOR),
        "now": at,
    }
    return render(request, "desk/confirm.html", context, status=code)


def _papers_form(case: work.CaseFile, typed: QueryDict | None = None) -> Papers:
    return Papers(typed, role=case.role, kind=case.status.kind)


def case_page(
    request: HttpRequest,
    application_id: UUID,
    *,
    papers: Papers | None = None,
    choice: Choice | None = None,
    code: int = 200,
) -> HttpResponse:
    """The application, with the form that is wrong where one is."""
    at = timezone.now()
    case = work.case_file(application_id=ApplicationId(application_id), at=at)
    if case.status.kind is ApplicationKind.CARD:
        return redirect("card", application_id)
    if choice is None and Step.FORM_REQUEST in case.actions:
        candidates = revocation_in_person.candidates(application_id=case.status.application_id, at=at)
        choice = Choice(candidates=candidates)
    context = {
        "case": case,
        "form": papers or (choice if choice and choice.errors else _papers_form(case)),
        "choice": choice,
        "may": {step.value: step in case.actions for step in Step},
        **whose_case(case, operator_at(request)),
        "has_receipt": any(step.clause in WITH_RECEIPT for step in case.status.taken),
        **_signed_in(application_id),
        "now": at,
        **registry_facts(case, operator=operator_at(request), at=at),
    }
    return render(request, "desk/application.html", context, status=code)


def _signed_in(application_id: UUID) -> dict[str, SignedIn]:
    """How those were signed in who signed for this application, by the names the page has for them."""
    places = {"signed_step": "application", "confirmed_by": "confirmation", "seconded_by": "countersignature"}
    found = signed_steps.of([f"{kind}:{application_id}" for kind in places.values()])
    latest = {subject.partition(":")[0]: how for (subject, _), how in found.items()}
    return {name: latest[kind] for name, kind in places.items() if kind in latest}


WITH_RECEIPT = {"CA-6.P8", "CA-10.C1"}

_OF_ONE = "application/<uuid:application_id>/"
ROUTES = [
    Route(_OF_ONE, application, Who.OPERATOR, "application"),
    Route(f"{_OF_ONE}present/", present, Who.OPERATOR, "present", Kind.ACTION),
    Route(f"{_OF_ONE}accept/", accept, Who.OPERATOR, "accept", Kind.ACTION),
    Route(f"{_OF_ONE}receipt/", give_receipt, Who.OPERATOR, "give-receipt", Kind.ACTION),
    Route(f"{_OF_ONE}receipt.pdf", receipt_file, Who.OPERATOR, "receipt", Kind.FILE),
    Route(f"{_OF_ONE}refuse/", refuse, Who.OPERATOR, "refuse"),
    Route(f"{_OF_ONE}confirm/", confirm, Who.OPERATOR, "confirm"),
]
