"""The counter of the State Corporation: the list, a new application, one application (P19-4, P19-F1 to F4).

No page here shows, takes or could find out a code: it is typed on the citizen's own page, at the portal.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from senim import rulebook
from senim.accounts.counter import RULE, CounterApplicationId, applications, confirming, work
from senim.accounts.counter.process import worker_may_correct
from senim.accounts.counter.work import Pill
from senim.accounts.counter.workers import Worker
from senim.accounts.identity import IdentityRefused
from senim.accounts.phones import NotAMobileNumber, NotAPhoneNumber
from senim.accounts.registry_reads import Asker, Ground, note
from senim.desk.counter_forms import AnnexForm, Citizen, CounterColleague, SignedForm
from senim.desk.operator import worker_at
from senim.desk.registry_facts import card_facts
from senim.errors import Refused, Unavailable
from senim.operators.centres import centres
from senim.pages.failures import show_in, status_of
from senim.pages.paging import page_asked, search_asked
from senim.pages.routes import Route, Who
from senim.pages.times import day
from senim.papers import qr_svg
from senim.registries import documents, people
from senim.settings import settings
from senim.texts import Text, language, say

_BUTTONS = ("take_signed_form", "set_code_aside", "connect", "refuse")
LOOKED_UP = "counter_iin"
_ABOUT_THE_IIN = (applications.OwnCounterApplication, applications.CounterForIndividuals, IdentityRefused)


def worklist(request: HttpRequest) -> HttpResponse:
    """``show`` is a pill, ``q`` a number, an IIN or a name."""
    worker, search = worker_at(request), search_asked(request)
    shown = request.GET.get("show", "")
    pill = Pill(shown) if shown in list(Pill) else Pill.OPEN
    listed = work.work_list(worker=worker, pill=pill, search=search, page=page_asked(request))
    context = {
        "worker": worker,
        "office": _office(worker.office),
        "offered": rulebook.followed(RULE, at=timezone.now()),
        "list": listed,
        "search": search,
        "now": timezone.now(),
        "pills": [
            {
                "text": Text(f"desk.counter.pill.{one.value}", number=listed.counts[one]),
                "href": f"?{urlencode({'show': one.value})}",
                "current": one is pill and not search,
            }
            for one in Pill
        ],
        "before": _address(pill, search, listed.page - 1) if listed.page > 1 else "",
        "after": _address(pill, search, listed.page + 1) if listed.page < listed.pages else "",
    }
    return render(request, "desk/counter/worklist.html", context)


def look_up(request: HttpRequest) -> HttpResponse:
    """The IIN on the document. Whose it is stays in the session, never in an address."""
    form = Citizen(request.POST or None)
    if form.is_valid():
        try:
            found = applications.look_up(
                iin=form.cleaned_data["iin"], worker=worker_at(request), at=timezone.now()
            )
        except _ABOUT_THE_IIN as refusal:
            show_in(form, refusal, field="iin")
            return render(request, "desk/counter/new.html", {"form": form}, status=409)
        request.session[LOOKED_UP] = found.iin
        return redirect("counter-form")
    return render(request, "desk/counter/new.html", {"form": form}, status=422 if form.errors else 200)


def fill_in(request: HttpRequest) -> HttpResponse:
    """P19-F1 to F3. What was typed stays when something is refused."""
    iin = request.session.get(LOOKED_UP, "")
    if request.method != "POST":
        form = AnnexForm(initial={"key": uuid4(), "iin": iin, "language": language()})
        return _form_page(request, form, iin)
    form = AnnexForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, iin, code=422)
    try:
        opened = applications.open_application(
            form=_said(form.cleaned_data),
            worker=worker_at(request),
            language=form.cleaned_data["language"],
            at=timezone.now(),
        )
    except (NotAPhoneNumber, NotAMobileNumber) as refusal:
        show_in(form, refusal, field="number")
        return _form_page(request, form, iin, code=409)
    except (*_ABOUT_THE_IIN, applications.FormFieldMissing, Unavailable) as refusal:
        show_in(form, refusal)
        return _form_page(request, form, iin, code=status_of(refusal))
    request.session.pop(LOOKED_UP, None)
    return redirect("counter-application", opened.application_id)


def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    return application_page(request, application_id)


def application_page(
    request: HttpRequest, application_id: UUID, *, form: forms.Form | None = None, code: int = 200
) -> HttpResponse:
    """One application, with the form that is wrong where one is."""
    at, worker = timezone.now(), worker_at(request)
    file = work.file_of(application_id=CounterApplicationId(application_id), worker=worker, at=at)
    mine = file.taken_by == worker.id
    held_by_another = file.taken_by is not None and not mine
    pad_address = f"{settings.portal_origin}/{language()}/pad/"
    context = {
        "file": file,
        "form": form or SignedForm(),
        "mine": mine,
        "held_by_another": held_by_another,
        "is_open": file.until is not None,
        "may": {name: name in file.actions for name in _BUTTONS},
        "not_alone": None
        if held_by_another
        else confirming.why_not_alone(
            application_id=CounterApplicationId(application_id), worker=worker, at=at
        ),
        "pad_address": pad_address,
        "pad_qr": _qr(f"{pad_address}?n={file.pad.number}") if file.pad else "",
        "worker_corrects": worker_may_correct(None),
        "colleagues": CounterColleague(worker=worker) if mine and file.until else None,
        "now": at,
        **_registry(file.iin, worker),
    }
    return render(request, "desk/counter/application.html", context, status=code)


def _form_page(request: HttpRequest, form: AnnexForm, iin: str, *, code: int = 200) -> HttpResponse:
    """Registries are asked only about whom ``look_up`` put on record, never about what is typed here."""
    if not iin:
        return redirect("counter-new")
    context = {"form": form, "iin": iin, **_registry(iin, worker_at(request))}
    return render(request, "desk/counter/form.html", context, status=code)


def _said(typed: dict[str, Any]) -> applications.Form:
    return applications.Form(**{name: value for name, value in typed.items() if name != "language"})


def _registry(iin: str, worker: Worker) -> dict[str, Any]:
    """Whom the worker should see before them, asked live. A register that is away leaves its lines empty."""
    facts: dict[str, Any] = {}
    for registry in (people.INDIVIDUALS, documents.IDENTITY_CARDS):
        note(
            iin=iin,
            registry=registry.name,
            asked_by=Asker.OPERATOR,
            ground=Ground.NUMBER,
            at=timezone.now(),
            who=worker.name,
        )
    try:
        facts["person"] = person = people.person(iin=iin, at=timezone.now())
        facts["born"] = day(person.born)
        facts |= card_facts(documents.identity_card(iin=iin, at=timezone.now()))
    except Refused as refusal:
        facts["registry_refusal"] = refusal
    return facts


def _qr(address: str) -> str:
    return qr_svg(address, label=say("desk.counter.pad.qr"))


def _office(office: str) -> object:
    centre = centres().get(office)
    return centre.name if centre else office


def _address(pill: Pill, search: str, page: int) -> str:
    asked = {"show": pill.value, "q": search, "page": page if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in asked.items() if value})


ROUTES = [
    Route("counter/", worklist, Who.WORKER, "counter"),
    Route("counter/new/", look_up, Who.WORKER, "counter-new"),
    Route("counter/new/form/", fill_in, Who.WORKER, "counter-form"),
    Route("counter/<uuid:application_id>/", application, Who.WORKER, "counter-application"),
]
