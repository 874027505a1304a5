"""Information systems at the desk of the authorised body: what awaits a decision, what was admitted (DD-4a).

An official reads an application, chooses what of it to grant, and signs the decision; refuses it; suspends a
system in one step; lets it act again with a signature.
"""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts.sessions import authentication_of
from senim.accounts.systems import deciding, refusals, register
from senim.accounts.systems.register import ApplicationFile, SystemFile
from senim.accounts.systems.suspending import suspend as suspend_system
from senim.desk.operator import official_at
from senim.desk.system_forms import Decide, Reason
from senim.pages.failures import show_in
from senim.pages.paging import search_asked
from senim.pages.routes import Kind, Route, Who
from senim.pages.signature import Sheet, Signature

SHOWN = (refusals.BeyondTheApplication, refusals.OnlyForBanks, refusals.ExpiryInThePast)
FIELD_OF = {refusals.OnlyForBanks: "kind", refusals.ExpiryInThePast: "expires_on"}


def systems(request: HttpRequest) -> HttpResponse:
    search = search_asked(request)
    context = {
        "waiting": register.waiting(),
        "systems": register.systems(search=search, at=timezone.now()),
        "search": search,
        "me": official_at(request),
    }
    return render(request, "desk/systems/list.html", context)


def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    return _application_page(request, _file(application_id))


def decide(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """What is granted stands in the address, so that the page that is signed can be read again."""
    file = _file(application_id)
    if file.line.for_keys:
        text = deciding.other_keys_to_sign(application_id=application_id)
        return _signed(request, file, text, partial(deciding.change_keys, application_id=application_id))
    form = Decide(request.GET, file=file)
    if not form.is_valid():
        return _application_page(request, file, form=form, code=422)
    try:
        text = deciding.admission_to_sign(
            application_id=application_id, wanted=form.wanted(), at=timezone.now()
        )
    except SHOWN as refusal:
        show_in(form, refusal, field=FIELD_OF.get(type(refusal)))
        return _application_page(request, file, form=form, code=409)
    verb = partial(deciding.admit, application_id=application_id, wanted=form.wanted())
    return _signed(request, file, text, verb)


@require_POST
def refuse(request: HttpRequest, application_id: UUID) -> HttpResponse:
    form = Reason(request.POST)
    if form.is_valid():
        try:
            deciding.refuse(
                application_id=application_id,
                official=official_at(request),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except refusals.ReasonUnclear as refusal:
            show_in(form, refusal, field="reason")
        else:
            return redirect("system-application", application_id)
    return _application_page(request, _file(application_id), reason=form, code=422)


def system(request: HttpRequest, system_id: UUID) -> HttpResponse:
    return _system_page(request, system_id, Reason())


@require_POST
def suspend(request: HttpRequest, system_id: UUID) -> HttpResponse:
    form = Reason(request.POST)
    if form.is_valid():
        try:
            suspend_system(
                system_id=system_id, official=official_at(request), at=timezone.now(), **form.cleaned_data
            )
        except refusals.ReasonUnclear as refusal:
            show_in(form, refusal, field="reason")
        else:
            return redirect("system", system_id)
    return _system_page(request, system_id, form, code=422)


def resume(request: HttpRequest, system_id: UUID) -> HttpResponse:
    file = register.system_file(system_id, at=timezone.now())
    text = deciding.resumption_to_sign(system_id=system_id)
    return _signed(request, file, text, partial(deciding.resume, system_id=system_id))


def _signed(
    request: HttpRequest,
    file: ApplicationFile | SystemFile,
    text: bytes,
    decide: Callable[..., deciding.Decided],
) -> HttpResponse:
    """The page with the text, until the official's signature over it comes back."""
    form = Signature(request.POST) if request.method == "POST" else Signature()
    if not form.is_valid():
        return _sign_page(request, file, form, text, code=422 if form.errors else 200)
    signature = form.cleaned_data["signature"]
    try:
        done = decide(
            official=official_at(request),
            authentication=authentication_of(request),
            signature=signature,
            at=timezone.now(),
        )
    except refusals.DecisionNotSigned as refusal:
        show_in(form, refusal)
        return _sign_page(request, file, form, text, code=409)
    return redirect("system", done.client_id)


def _file(application_id: UUID) -> ApplicationFile:
    return register.application_file(application_id, at=timezone.now())


def _application_page(
    request: HttpRequest,
    file: ApplicationFile,
    *,
    form: forms.Form | None = None,
    reason: forms.Form | None = None,
    code: int = 200,
) -> HttpResponse:
    """``form`` is whichever of the two has errors, for the title and the summary."""
    context = {
        "file": file,
        "decide": form or Decide(file=file),
        "reason": reason or Reason(),
        "form": form or reason,
    }
    return render(request, "desk/systems/application.html", context, status=code)


def _system_page(request: HttpRequest, system_id: UUID, form: forms.Form, *, code: int = 200) -> HttpResponse:
    file = register.system_file(system_id, at=timezone.now())
    context = {"file": file, "form": form, "may": dict.fromkeys(file.actions, True)}
    return render(request, "desk/systems/system.html", context, status=code)


def _sign_page(
    request: HttpRequest,
    file: ApplicationFile | SystemFile,
    form: Signature,
    text: bytes,
    *,
    code: int,
) -> HttpResponse:
    context = {
        "file": file,
        "of_system": isinstance(file, SystemFile),
        "form": form,
        "sheet": Sheet(text.decode(), "sign", now=timezone.now()),
    }
    return render(request, "desk/systems/sign.html", context, status=code)


_APPLICATION, _SYSTEM = "systems/applications/<uuid:application_id>/", "systems/<uuid:system_id>/"
ROUTES = [
    Route("systems/", systems, Who.OFFICIAL, "systems"),
    Route(_APPLICATION, application, Who.OFFICIAL, "system-application"),
    Route(f"{_APPLICATION}decide/", decide, Who.OFFICIAL, "system-decide"),
    Route(f"{_APPLICATION}refuse/", refuse, Who.OFFICIAL, "system-refuse", Kind.ACTION),
    Route(_SYSTEM, system, Who.OFFICIAL, "system"),
    Route(f"{_SYSTEM}suspend/", suspend, Who.OFFICIAL, "system-suspend", Kind.ACTION),
    Route(f"{_SYSTEM}resume/", resume, Who.OFFICIAL, "system-resume"),
]
