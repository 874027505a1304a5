"""Whose case it is: open it by the applicant's sheet, take it, let it go, hand it to a colleague."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.desk.operator import operator_at
from senim.enrolment import countersigning, hands, sheets
from senim.enrolment.advance import ApplicationId
from senim.enrolment.process import Step
from senim.enrolment.work import CaseFile
from senim.operators.standing import Operator, OperatorId, colleagues_of
from senim.pages.choices import offer
from senim.pages.routes import Kind, Route, Who
from senim.pages.words import later


class Colleague(forms.Form):
    """To whom a case is handed."""

    to = forms.ChoiceField(label=later("desk.hands.to"))

    def __init__(self, *given: object, operator: Operator, **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]
        offer(self, "to", [(str(one.id), one.name) for one in colleagues_of(operator)])


def whose_case(case: CaseFile, me: Operator) -> dict[str, Any]:
    """What the pages of every kind of case say of whose it is, and of a second signature."""
    mine, free = case.taken_by == me.id, case.taken_by is None
    own = case.iin == me.iin
    return {
        "me": me,
        "own": own,
        "held_by_another": not mine and not free,
        "colleagues": Colleague(operator=me) if mine else None,
        "may_take": free and not own and bool(set(case.actions) - {Step.PRESENT}),
        "second_for": countersigning.second_for(application_id=case.status.application_id, operator=me),
    }


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """CA-6.P6: what a barcode reader typed, or somebody's number."""
    opened = sheets.open_sheet(
        scanned=request.POST.get("sheet", "")[:100], operator=operator_at(request), at=timezone.now()
    )
    return redirect("application", opened.application_id)


@require_POST
def take(request: HttpRequest, application_id: UUID) -> HttpResponse:
    hands.take(application_id=ApplicationId(application_id), operator=operator_at(request), at=timezone.now())
    return redirect("application", application_id)


@require_POST
def release(request: HttpRequest, application_id: UUID) -> HttpResponse:
    hands.release(
        application_id=ApplicationId(application_id), operator=operator_at(request), at=timezone.now()
    )
    return redirect("worklist")


@require_POST
def hand_over(request: HttpRequest, application_id: UUID) -> HttpResponse:
    form = Colleague(request.POST, operator=operator_at(request))
    if form.is_valid():
        hands.hand_over(
            application_id=ApplicationId(application_id),
            operator=operator_at(request),
            to=OperatorId(UUID(form.cleaned_data["to"])),
            at=timezone.now(),
        )
        return redirect("worklist")
    return redirect("application", application_id)


_OF_ONE = "application/<uuid:application_id>/"
ROUTES = [
    Route("scan/", scan, Who.OPERATOR, "scan", Kind.ACTION),
    Route(f"{_OF_ONE}take/", take, Who.OPERATOR, "take", Kind.ACTION),
    Route(f"{_OF_ONE}release/", release, Who.OPERATOR, "release", Kind.ACTION),
    Route(f"{_OF_ONE}hand-over/", hand_over, Who.OPERATOR, "hand-over", Kind.ACTION),
]
