"""The register of operators, one operator's page, and what responsible staff does about them."""

from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.desk.operator import operator_at
from senim.desk.operator_forms import Absence, Leaving, Lost, Violation
from senim.operators import absence, leaving, loss, violations
from senim.operators.correspondence import open_letters
from senim.operators.extract import give
from senim.operators.process import Step
from senim.operators.register import File, file_of, register
from senim.operators.standing import Operator, OwnStanding, refuse_unless_responsible
from senim.pages.failures import show_in
from senim.pages.files import file_to_save
from senim.pages.paging import search_asked
from senim.pages.routes import Kind, Route, Who

Form = TypeVar("Form", bound=forms.Form)


def operators(request: HttpRequest) -> HttpResponse:
    me, search = operator_at(request), search_asked(request)
    context = {
        "lines": register(search=search),
        "search": search,
        "me": me,
        "letters": open_letters() if me.responsible else (),
    }
    return render(request, "desk/operators/register.html", context)


@require_POST
def give_extract(request: HttpRequest) -> HttpResponse:
    """CA-15.2b: a copy of the register, to hand over."""
    extract = give(by=operator_at(request), at=timezone.now())
    return file_to_save(extract.pdf, f"operators-{extract.number}.pdf", "application/pdf")


def operator(request: HttpRequest, operator_id: UUID) -> HttpResponse:
    """Everybody sees who is an operator and where; the rest is the responsible staff's and one's own."""
    file, me = file_of(operator_id), operator_at(request)
    own = file.operator.id == me.id
    context = {
        "file": file,
        "me": me,
        "own": own,
        "sees_all": me.responsible or own,
        "decides": me.responsible and not own,
        "may": {step.value: step in file.actions for step in Step},
        "reports": Step.LOSE_KEY in file.actions and loss.may_report(file.operator, me),
    }
    return render(request, "desk/operators/operator.html", context)


def suspend(request: HttpRequest, operator_id: UUID) -> HttpResponse:
    """CA-15.1g."""
    file, form = _to_decide(request, operator_id), _filled(Absence, request)
    if form.is_valid():
        try:
            absence.suspend(
                iin=file.operator.iin, by=operator_at(request), at=timezone.now(), **form.cleaned_data
            )
        except absence.AbsenceTooShort as refusal:
            show_in(form, refusal, field="absent_until")
        else:
            return redirect("operator", operator_id)
    return _form(request, "suspend", file, form)


@require_POST
def take_back(request: HttpRequest, operator_id: UUID) -> HttpResponse:
    file = _to_decide(request, operator_id)
    absence.take_back(iin=file.operator.iin, by=operator_at(request), at=timezone.now())
    return redirect("operator", operator_id)


def leave(request: HttpRequest, operator_id: UUID) -> HttpResponse:
    """CA-15.1f: notice for a day; without a day, at once."""
    file, form = _to_decide(request, operator_id), _filled(Leaving, request)
    if form.is_valid():
        try:
            _leave(file.operator.iin, operator_at(request), form.cleaned_data)
        except leaving.LeavingInThePast as refusal:
            show_in(form, refusal, field="leaves_on")
        else:
            return redirect("operator", operator_id)
    return _form(request, "leave", file, form)


def _leave(iin: str, me: Operator, said: dict[str, Any]) -> None:
    at, leaves_on, note = timezone.now(), said["leaves_on"], said["note"]
    if leaves_on is None:
        leaving.dismiss(iin=iin, by=me, at=at, note=note)
    else:
        leaving.give_notice(iin=iin, leaves_on=leaves_on, by=me, at=at, note=note)


def lost(request: HttpRequest, operator_id: UUID) -> HttpResponse:
    """CA-19.5c: one step. Whoever reports their own key is out of the desk with the next click."""
    file, form = file_of(operator_id), _filled(Lost, request)
    if form.is_valid():
        me, note = operator_at(request), form.cleaned_data["note"]
        loss.report(iin=file.operator.iin, by=me, at=timezone.now(), note=note)
        return redirect("operator", operator_id)
    return _form(request, "lost", file, form)


def violation(request: HttpRequest, operator_id: UUID) -> HttpResponse:
    """CA-15.2c."""
    file, form = _to_decide(request, operator_id), _filled(Violation, request)
    if form.is_valid():
        try:
            violations.record_violation(
                iin=file.operator.iin, by=operator_at(request), at=timezone.now(), **form.cleaned_data
            )
        except violations.ViolationUnclear as refusal:
            show_in(form, refusal, field="said")
        else:
            return redirect("operator", operator_id)
    return _form(request, "violation", file, form)


def _to_decide(request: HttpRequest, operator_id: UUID) -> File:
    """Raises NotResponsible, OwnStanding, OperatorUnknown."""
    file, me = file_of(operator_id), operator_at(request)
    refuse_unless_responsible(me)
    if file.operator.id == me.id:
        raise OwnStanding
    return file


def _filled(kind: type[Form], request: HttpRequest) -> Form:
    return kind(request.POST) if request.method == "POST" else kind()


def _form(request: HttpRequest, name: str, file: File, form: forms.Form) -> HttpResponse:
    context = {"file": file, "form": form}
    return render(request, f"desk/operators/{name}.html", context, status=422 if form.errors else 200)


_OF_ONE = "operators/<uuid:operator_id>/"
ROUTES = [
    Route("operators/", operators, Who.OPERATOR, "operators"),
    Route("operators/extract/", give_extract, Who.OPERATOR, "operators-extract", Kind.ACTION),
    Route(_OF_ONE, operator, Who.OPERATOR, "operator"),
    Route(f"{_OF_ONE}suspend/", suspend, Who.OPERATOR, "operator-suspend"),
    Route(f"{_OF_ONE}return/", take_back, Who.OPERATOR, "operator-return", Kind.ACTION),
    Route(f"{_OF_ONE}leave/", leave, Who.OPERATOR, "operator-leave"),
    Route(f"{_OF_ONE}lost/", lost, Who.OPERATOR, "operator-lost"),
    Route(f"{_OF_ONE}violation/", violation, Who.OPERATOR, "operator-violation"),
]
