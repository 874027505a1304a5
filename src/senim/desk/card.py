"""Issue onto an identity card at the desk (CA-9): from the IIN to the certificates on the chip.

Keys are made and certificates written by the page's script through ``senim-token``; the PIN never comes near.
"""

from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.desk.card_forms import CardForm, Iin
from senim.desk.hands import whose_case
from senim.desk.operator import operator_at
from senim.desk.registry_facts import registry_facts
from senim.enrolment import applicant, card, card_papers, work
from senim.enrolment.advance import ApplicationId
from senim.enrolment.desk import OwnApplication
from senim.enrolment.kinds import Kind as ApplicationKind
from senim.enrolment.registration import KeyAlreadyOffered
from senim.enrolment.requests import RequestNotUsable
from senim.errors import Refused, Unavailable
from senim.pages.encoded import decoded, encoded
from senim.pages.failures import show_in, status_of
from senim.pages.files import pdf_to_read
from senim.pages.routes import Kind, Route, Who
from senim.texts import language

ABOUT_THE_IIN = (applicant.OnlyForIndividuals, OwnApplication, applicant.OrderNotInForce)
ABOUT_THE_FORM = (Unavailable, applicant.NotForm, applicant.EmailNotUsable, applicant.NameTooLong)


def begin(request: HttpRequest) -> HttpResponse:
    """CA-9.P1: the applicant is here, with a card."""
    form = Iin(request.POST or None, initial={"key": uuid4()})
    if form.is_valid():
        try:
            begun = card.begin(
                iin=form.cleaned_data["iin"],
                key=form.cleaned_data["key"],
                operator=operator_at(request),
                language=language(),
                at=timezone.now(),
            )
        except ABOUT_THE_IIN as refusal:
            show_in(form, refusal, field="iin")
        else:
            return redirect("card", begun.application_id)
    return render(request, "desk/card/begin.html", {"form": form}, status=422 if form.errors else 200)


def case(request: HttpRequest, application_id: UUID) -> HttpResponse:
    return _page(request, application_id)


@require_POST
def identify(request: HttpRequest, application_id: UUID) -> HttpResponse:
    card.identify(
        application_id=ApplicationId(application_id), operator=operator_at(request), at=timezone.now()
    )
    return redirect("card", application_id)


@require_POST
def fill_in(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """CA-9.P3 to CA-9.P5. What was typed stays when a registry does not answer."""
    form = CardForm(request.POST)
    if not form.is_valid():
        return _page(request, application_id, form, code=422)
    try:
        card.fill_in(
            application_id=ApplicationId(application_id),
            contact=form.contact(),
            operator=operator_at(request),
            at=timezone.now(),
        )
    except ABOUT_THE_FORM as refusal:
        show_in(form, refusal)
        return _page(request, application_id, form, code=status_of(refusal))
    return redirect("card", application_id)


@require_POST
def keys(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """CA-9.P6, CA-9.P7. Keys that cannot be used are made anew: the application stays where it is."""
    try:
        card.keys_made(
            application_id=ApplicationId(application_id),
            sign_request=decoded(request.POST.get("request_sign", "")),
            auth_request=decoded(request.POST.get("request_auth", "")),
            operator=operator_at(request),
            at=timezone.now(),
        )
    except (RequestNotUsable, KeyAlreadyOffered) as refusal:
        return _page(request, application_id, refusal=refusal, code=409)
    return redirect("card", application_id)


@require_POST
def signed(request: HttpRequest, application_id: UUID) -> HttpResponse:
    card.signed_on_paper(
        application_id=ApplicationId(application_id), operator=operator_at(request), at=timezone.now()
    )
    return redirect("confirm", application_id)


@require_POST
def written(request: HttpRequest, application_id: UUID) -> HttpResponse:
    card.written(
        application_id=ApplicationId(application_id), operator=operator_at(request), at=timezone.now()
    )
    return redirect("card", application_id)


def state(request: HttpRequest, application_id: UUID) -> HttpResponse:  # noqa: ARG001
    """For the page that waits for the authority."""
    found = work.case_file(application_id=ApplicationId(application_id), at=timezone.now())
    return JsonResponse({"state": found.status.stage.name.lower()}, headers={"Cache-Control": "no-store"})


def application_file(request: HttpRequest, application_id: UUID) -> HttpResponse:  # noqa: ARG001
    return pdf_to_read(card_papers.application(application_id=ApplicationId(application_id)), "application")


def receipt_file(request: HttpRequest, application_id: UUID) -> HttpResponse:  # noqa: ARG001
    return pdf_to_read(card_papers.receipt(application_id=ApplicationId(application_id)), "receipt")


def _page(
    request: HttpRequest,
    application_id: UUID,
    form: forms.Form | None = None,
    *,
    refusal: Refused | None = None,
    code: int = 200,
) -> HttpResponse:
    at = timezone.now()
    found = work.case_file(application_id=ApplicationId(application_id), at=at)
    if found.status.kind is not ApplicationKind.CARD:
        return redirect("application", application_id)
    issued = card.certificates_of(application_id=found.status.application_id)
    context = {
        "case": found,
        "signed_step": None,  # on paper, by somebody who is signed in nowhere
        "form": form or CardForm(initial=_known(found)),
        "refusal": refusal,
        "stage": found.status.stage.name.lower(),
        **whose_case(found, operator_at(request)),
        "certificates": " ".join(encoded(one.der) for one in issued),
        "now": at,
        **registry_facts(found, operator=operator_at(request), at=at),
    }
    return render(request, "desk/card/case.html", context, status=code)


def _known(case: work.CaseFile) -> dict[str, str]:
    return {"email": case.email, "region": case.region.id, "settlement": case.settlement}


_OF_ONE = "card/<uuid:application_id>/"
ROUTES = [
    Route("card/", begin, Who.OPERATOR, "card-begin"),
    Route(_OF_ONE, case, Who.OPERATOR, "card"),
    Route(f"{_OF_ONE}identify/", identify, Who.OPERATOR, "card-identify", Kind.ACTION),
    Route(f"{_OF_ONE}form/", fill_in, Who.OPERATOR, "card-form", Kind.ACTION),
    Route(f"{_OF_ONE}keys/", keys, Who.OPERATOR, "card-keys", Kind.ACTION),
    Route(f"{_OF_ONE}application.pdf", application_file, Who.OPERATOR, "card-application", Kind.FILE),
    Route(f"{_OF_ONE}signed/", signed, Who.OPERATOR, "card-signed", Kind.ACTION),
    Route(f"{_OF_ONE}state/", state, Who.OPERATOR, "card-state", Kind.DATA),
    Route(f"{_OF_ONE}written/", written, Who.OPERATOR, "card-written", Kind.ACTION),
    Route(f"{_OF_ONE}receipt.pdf", receipt_file, Who.OPERATOR, "card-receipt", Kind.FILE),
]
