"""Cases of "this was not me": the provider's responsible staff reads and answers them (PT-2.4)."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from senim.accounts import signed_steps
from senim.accounts.freezing import answering
from senim.desk.operator import operator_at
from senim.errors import Refused
from senim.operators.standing import refuse_unless_responsible
from senim.pages.failures import show_in
from senim.pages.routes import Route, Who
from senim.pages.words import later


class Answer(forms.Form):
    """What was found, in words for the citizen."""

    answer = forms.CharField(
        label=later("desk.frozen.answer"),
        max_length=answering.LONGEST_ANSWER,
        widget=forms.Textarea,
        error_messages={
            "required": later("desk.frozen.answer_missing"),
            "max_length": later("desk.frozen.answer_long", most=answering.LONGEST_ANSWER),
        },
    )


def frozen(request: HttpRequest) -> HttpResponse:
    refuse_unless_responsible(operator_at(request))
    return render(request, "desk/frozen/list.html", {"cases": answering.waiting()})


def frozen_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case; its answer is written once."""
    me = operator_at(request)
    refuse_unless_responsible(me)
    form, status = Answer(request.POST or None), 200
    if form.is_valid():
        try:
            words = form.cleaned_data["answer"]
            answering.answer(case_id=case_id, words=words, by=me.id, iin=me.iin, at=timezone.now())
        except answering.AnswerToOwnCase as refusal:
            status = _shown(form, refusal)
        else:
            return redirect("frozen")
    elif form.errors:
        status = 422
    signed_step = signed_steps.latest(f"freeze:{case_id}")
    context = {"case": answering.case_to_answer(case_id), "form": form, "signed_step": signed_step}
    return render(request, "desk/frozen/case.html", context, status=status)


def _shown(form: Answer, refusal: Refused) -> int:
    show_in(form, refusal)
    return 409


ROUTES = [
    Route("frozen/", frozen, Who.OPERATOR, "frozen"),
    Route("frozen/<uuid:case_id>/", frozen_case, Who.OPERATOR, "frozen-case"),
]
