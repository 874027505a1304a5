"""The archive at the desk: found by number, scans put away, copies on request (CA-15.4, CA-15.2b).

A scan is never shown in a page. Whoever needs to see one takes a copy, and says for whom and why.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from senim.archive.copies import ASKED_BY_AT_MOST, REASON_AT_MOST, Copy
from senim.desk.operator import operator_at
from senim.enrolment import accepted_papers, work
from senim.enrolment.advance import ApplicationId
from senim.errors import Refused
from senim.pages.choices import offer, unchosen
from senim.pages.failures import show_in
from senim.pages.files import file_to_save
from senim.pages.routes import Route, Who
from senim.pages.words import later
from senim.settings import settings


class Number(forms.Form):
    number = forms.CharField(
        label=later("desk.archive.number"),
        max_length=40,
        error_messages={"required": later("desk.archive.number.required")},
    )


class Scan(forms.Form):
    """One accepted paper."""

    kind = forms.ChoiceField(
        label=later("desk.archive.kind"),
        widget=forms.RadioSelect,
        error_messages=unchosen("desk.archive.kind.required"),
    )
    scan = forms.FileField(
        label=later("desk.archive.scan"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={
            "required": later("desk.archive.scan.required"),
            "missing": later("desk.archive.scan.required"),
            "invalid": later("desk.archive.scan.required"),
            "empty": later("desk.archive.scan.required"),
        },
    )

    def __init__(self, *given: Any, kinds: dict[str, object], **more: Any) -> None:
        super().__init__(*given, **more)
        offer(self, "kind", kinds.items())


class Request(forms.Form):
    """Who asks for a copy, and on what ground."""

    asked_by = forms.CharField(
        label=later("desk.archive.asked_by"),
        max_length=ASKED_BY_AT_MOST,
        min_length=3,
        error_messages={
            "required": later("desk.archive.asked_by.required"),
            "min_length": later("desk.archive.asked_by.required"),
        },
    )
    reason = forms.CharField(
        label=later("desk.archive.reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=REASON_AT_MOST,
        min_length=3,
        error_messages={
            "required": later("desk.archive.reason.required"),
            "min_length": later("desk.archive.reason.required"),
        },
    )


def search(request: HttpRequest) -> HttpResponse:
    form = Number(request.POST or None)
    if form.is_valid():
        try:
            found = accepted_papers.application_of(form.cleaned_data["number"])
        except accepted_papers.NumberNotFound as refusal:
            show_in(form, refusal, field="number")
        else:
            return redirect("archive-of", found)
    return render(request, "desk/archive/search.html", {"form": form}, status=422 if form.errors else 200)


def papers(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """The papers of one application; a scan is added here."""
    case = ApplicationId(application_id)
    kinds = accepted_papers.kinds(application_id=case)
    if request.method != "POST":
        return _papers_page(request, case, Scan(kinds=kinds))
    form = Scan(request.POST, request.FILES, kinds=kinds)
    if not form.is_valid():
        return _papers_page(request, case, form, code=422)
    try:
        accepted_papers.put_away(
            application_id=case,
            operator=operator_at(request),
            kind=form.cleaned_data["kind"],
            content=form.cleaned_data["scan"].read(),
            at=timezone.now(),
        )
    except Refused as refusal:
        show_in(form, refusal, field="scan")
        return _papers_page(request, case, form, code=409)
    return redirect("archive-of", application_id)


def copy(request: HttpRequest, application_id: UUID, paper_id: UUID) -> HttpResponse:
    form = Request(request.POST or None)
    if form.is_valid():
        return as_file(
            accepted_papers.copy(
                application_id=ApplicationId(application_id),
                paper_id=paper_id,
                operator=operator_at(request),
                at=timezone.now(),
                **form.cleaned_data,
            )
        )
    lines = accepted_papers.archived(application_id=ApplicationId(application_id))
    line = next((one for one in lines if one.paper.paper_id == paper_id), None)
    context = {"form": form, "line": line, "application_id": application_id}
    return render(request, "desk/archive/copy.html", context, status=422 if form.errors else 200)


def as_file(copied: Copy) -> HttpResponse:
    """To keep, never to open in place: what a scan may hold must not act under the desk's address."""
    answer = file_to_save(copied.content, copied.name, "application/octet-stream")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _papers_page(
    request: HttpRequest, application_id: ApplicationId, form: Scan, *, code: int = 200
) -> HttpResponse:
    case = work.case_file(application_id=application_id, at=timezone.now())
    context = {
        "case": case,
        "form": form,
        "lines": accepted_papers.archived(application_id=application_id),
        "own": case.iin == operator_at(request).iin,
        "most": settings.archive_scan_at_most_mb,
    }
    return render(request, "desk/archive/papers.html", context, status=code)


_OF_ONE = "application/<uuid:application_id>/archive/"
ROUTES = [
    Route("archive/", search, Who.OPERATOR, "archive"),
    Route(_OF_ONE, papers, Who.OPERATOR, "archive-of", scans=1),
    Route(f"{_OF_ONE}<uuid:paper_id>/", copy, Who.OPERATOR, "archive-copy"),
]
