"""What is done about one application at the counter: papers, the citizen's page, signatures, hands."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts.counter import (
    CounterApplicationId,
    confirming,
    hands,
    pad,
    papers,
    second,
    steps,
    work,
)
from senim.accounts.counter.workers import WorkerId
from senim.accounts.sessions import authentication_of
from senim.countries.kz import oids
from senim.desk.counter import application_page
from senim.desk.counter_forms import CounterColleague, Reason, SignedForm
from senim.desk.operator import worker_at
from senim.desk.signatures import have_signed
from senim.pages.failures import show_in
from senim.pages.files import pdf_to_read
from senim.pages.routes import Kind, Route, Who
from senim.pages.signature import Sheet, Signature


@require_POST
def signed(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """P19-F4; then the citizen's page is the next thing."""
    form = SignedForm(request.POST)
    if not form.is_valid():
        return application_page(request, application_id, form=form, code=422)
    steps.take_signed_form(
        application_id=CounterApplicationId(application_id),
        worker=worker_at(request),
        signed_and_dated=True,
        at=timezone.now(),
    )
    return redirect("counter-application", application_id)


@require_POST
def show_pad(request: HttpRequest, application_id: UUID) -> HttpResponse:
    pad.show(
        application_id=CounterApplicationId(application_id),
        worker=worker_at(request),
        for_worker=request.POST.get("for") == "worker",
        at=timezone.now(),
    )
    return redirect("counter-application", application_id)


def set_aside(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The citizen cannot read or type the code."""
    return _with_a_reason(request, application_id, "set_aside", steps.set_code_aside)


def refuse(request: HttpRequest, application_id: UUID) -> HttpResponse:
    return _with_a_reason(request, application_id, "refuse", steps.refuse)


def confirm(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """P19-4."""
    return _signed(request, application_id, confirming.confirm, _confirm_page)


def countersign(request: HttpRequest, application_id: UUID) -> HttpResponse:
    return _signed(request, application_id, second.countersign, _countersign_page)


@require_POST
def take(request: HttpRequest, application_id: UUID) -> HttpResponse:
    hands.take(
        application_id=CounterApplicationId(application_id), worker=worker_at(request), at=timezone.now()
    )
    return redirect("counter-application", application_id)


@require_POST
def release(request: HttpRequest, application_id: UUID) -> HttpResponse:
    hands.release(
        application_id=CounterApplicationId(application_id), worker=worker_at(request), at=timezone.now()
    )
    return redirect("counter")


@require_POST
def hand_over(request: HttpRequest, application_id: UUID) -> HttpResponse:
    form = CounterColleague(request.POST, worker=worker_at(request))
    if not form.is_valid():
        return redirect("counter-application", application_id)
    hands.hand_over(
        application_id=CounterApplicationId(application_id),
        worker=worker_at(request),
        to=WorkerId(UUID(form.cleaned_data["to"])),
        at=timezone.now(),
    )
    return redirect("counter")


def form_file(request: HttpRequest, application_id: UUID) -> HttpResponse:
    made = papers.application_form(
        application_id=CounterApplicationId(application_id), worker=worker_at(request)
    )
    return pdf_to_read(made.pdf, f"application-{made.number}")


def outcome_file(request: HttpRequest, application_id: UUID) -> HttpResponse:
    made = papers.outcome(application_id=CounterApplicationId(application_id), worker=worker_at(request))
    return pdf_to_read(made.pdf, f"result-{made.number}")


def _signed(
    request: HttpRequest, application_id: UUID, verb: Callable[..., None], page: Callable[..., HttpResponse]
) -> HttpResponse:
    by = {"worker": worker_at(request), "authentication": authentication_of(request)}
    return have_signed(
        request,
        partial(verb, application_id=CounterApplicationId(application_id), **by),
        page=partial(page, request, application_id),
        said_there=(confirming.WorkersSignatureNotValid,),
    ) or redirect("counter-application", application_id)


def _with_a_reason(
    request: HttpRequest, application_id: UUID, page: str, verb: steps.WithAReason
) -> HttpResponse:
    form, case = Reason(request.POST or None), CounterApplicationId(application_id)
    if form.is_valid():
        try:
            verb(
                application_id=case,
                worker=worker_at(request),
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except steps.CounterReasonMissing as refusal:
            show_in(form, refusal, field="reason")
        else:
            return redirect("counter-application", application_id)
    file = work.file_of(application_id=case, worker=worker_at(request), at=timezone.now())
    context = {"file": file, "form": form}
    return render(request, f"desk/counter/{page}.html", context, status=422 if form.errors else 200)


def _confirm_page(request: HttpRequest, application_id: UUID, form: Signature, *, code: int) -> HttpResponse:
    at, case, worker = timezone.now(), CounterApplicationId(application_id), worker_at(request)
    document = confirming.document_to_sign(application_id=case, worker=worker, at=at)
    context = {
        "file": work.file_of(application_id=case, worker=worker, at=at),
        "form": form,
        "sheet": Sheet(document.decode(), "sign", now=at, role=oids.EMPLOYEE),
        "now": at,
    }
    return render(request, "desk/counter/confirm.html", context, status=code)


def _countersign_page(
    request: HttpRequest, application_id: UUID, form: Signature, *, code: int
) -> HttpResponse:
    at, case, worker = timezone.now(), CounterApplicationId(application_id), worker_at(request)
    asked = second.asked(application_id=case, worker=worker, at=at)
    context = {
        "file": work.file_of(application_id=case, worker=worker, at=at),
        "asked": asked,
        "form": form,
        "sheet": Sheet(
            asked.document.decode(), "sign", now=at, role=oids.EMPLOYEE, names=asked.confirmation.decode()
        ),
    }
    return render(request, "desk/counter/countersign.html", context, status=code)


_OF_ONE = "counter/<uuid:application_id>/"
ROUTES = [
    Route(f"{_OF_ONE}signed/", signed, Who.WORKER, "counter-signed", Kind.ACTION),
    Route(f"{_OF_ONE}pad/", show_pad, Who.WORKER, "counter-pad", Kind.ACTION),
    Route(f"{_OF_ONE}set-aside/", set_aside, Who.WORKER, "counter-set-aside"),
    Route(f"{_OF_ONE}refuse/", refuse, Who.WORKER, "counter-refuse"),
    Route(f"{_OF_ONE}confirm/", confirm, Who.WORKER, "counter-confirm"),
    Route(f"{_OF_ONE}countersign/", countersign, Who.WORKER, "counter-countersign"),
    Route(f"{_OF_ONE}take/", take, Who.WORKER, "counter-take", Kind.ACTION),
    Route(f"{_OF_ONE}release/", release, Who.WORKER, "counter-release", Kind.ACTION),
    Route(f"{_OF_ONE}hand-over/", hand_over, Who.WORKER, "counter-hand-over", Kind.ACTION),
    Route(f"{_OF_ONE}application.pdf", form_file, Who.WORKER, "counter-form-paper", Kind.FILE),
    Route(f"{_OF_ONE}result.pdf", outcome_file, Who.WORKER, "counter-outcome", Kind.FILE),
]
