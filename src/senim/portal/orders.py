"""Order a certificate: recommended reading, the form, the keys, the number. Then ``order_links`` goes on.

What was typed stays in the session until the application has its number; a registry that is slow or away
costs the applicant nothing but a second try.
"""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from senim.enrolment import applications, entity, status
from senim.enrolment.advance import ApplicationId
from senim.enrolment.applicant import STORAGES, ApplicantAbsent, IinAnnulled, NamesDiffer
from senim.enrolment.attempts import TooManyTries
from senim.enrolment.registration import Submitted
from senim.enrolment.requests import RequestNotUsable
from senim.errors import Refused, Unavailable
from senim.pages.encoded import decoded
from senim.pages.failures import status_of
from senim.pages.routes import Route, Who
from senim.pages.visitors import network_of
from senim.portal import challenge, order_links, practice
from senim.portal.order_forms import ENTITY, HOLDERS, MYSELF, Draft, Holder, Order
from senim.settings import settings
from senim.texts import Text, language

TYPED, DRAFT, POLICY, EDITION, STARTED, HUMAN, SENT, HOLDER = (
    "order_typed",
    "order_draft",
    "order_policy_read_at",
    "order_policy_edition",
    "order_started_at",
    "order_human_until",
    "order_sent",
    "order_holder",
)
REQUESTS = ("request_sign", "request_auth")
STEPS = 4
ABOUT_THE_APPLICANT = (ApplicantAbsent, IinAnnulled, NamesDiffer, *entity.ON_RECORD)


def order(request: HttpRequest) -> HttpResponse:
    """CA-19.4a: reading is recommended, an acknowledgement recorded; without it the order goes on as well."""
    if request.method != "POST":
        return _before(request)
    request.session[HOLDER] = ENTITY if request.POST.get("holder") == ENTITY else MYSELF
    request.session[POLICY] = request.session[EDITION] = ""
    if request.POST.get("read"):
        if request.POST.get("edition") not in {None, practice.edition()}:
            return _before(request, changed=True, code=409)
        at = timezone.now()
        request.session[POLICY], request.session[EDITION] = at.isoformat(), practice.acknowledge(at=at)
    return redirect("order-form")


def _before(request: HttpRequest, *, changed: bool = False, code: int = 200) -> HttpResponse:
    context = {
        "read": bool(request.session.get(POLICY)),
        "edition": practice.edition(),
        "changed": changed,
        "form": Holder(initial={"holder": request.session.get(HOLDER, MYSELF)}),
        "hints": {one: Text(f"portal.order.holder.{one}.hint") for one in HOLDERS},
    }
    return render(request, "portal/orders/before.html", context, status=code)


def order_form(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        request.session.setdefault(STARTED, at.isoformat())
        typed = request.session.get(TYPED)
        return _form_page(request, _order(request, initial=typed, at=at), at=at)
    if "clear" in request.POST:
        _forget(request)
        return redirect("order-form")
    form = _order(request, request.POST, at=at)
    valid = form.is_valid()
    _keep(request, form, at)
    return _examined(request, form, at) if valid else _form_page(request, form, at=at, code=422)


def _order(request: HttpRequest, *given: QueryDict, at: datetime, **more: Any) -> Order:
    for_entity = request.session.get(HOLDER) == ENTITY
    return Order(*given, at=at, human=_is_human(request, at), for_entity=for_entity, **more)


def _examined(request: HttpRequest, form: Order, at: datetime) -> HttpResponse:
    """The registry is asked before anybody makes keys; its answer stands beside the fields it is about."""
    started_at = _moment(request, STARTED) or at
    try:
        applications.examine(
            form=form.filled_in(),
            network=network_of(request),
            language=language(),
            started_at=started_at,
            at=at,
        )
    except Refused as refusal:
        form.show_refusal(refusal)
        return _form_page(request, form, at=at, code=status_of(refusal))
    draft = Draft.begin(
        form.filled_in(),
        started_at=started_at,
        policy_read_at=_moment(request, POLICY),
        policy_edition=request.session.get(EDITION, ""),
    )
    request.session[DRAFT] = draft.as_json()
    return redirect("order-keys")


def order_keys(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _kept_elsewhere(request) if "storage" in request.POST else _submitted(request)
    kept = request.session.get(DRAFT)
    return _keys_page(request, Draft.from_json(kept)) if kept else redirect("order-form")


def _kept_elsewhere(request: HttpRequest) -> HttpResponse:
    """The carrier does not work: on with another storage, and nothing is typed again."""
    draft = Draft.from_signed(request.POST.get("draft", ""))
    if draft is None:
        return redirect("order-form")
    draft = draft.kept_in(request.POST["storage"])
    request.session[DRAFT] = draft.as_json()
    request.session[TYPED] = {**request.session.get(TYPED, {}), "storage": draft.form.storage}
    return redirect("order-keys")


def _submitted(request: HttpRequest) -> HttpResponse:
    draft = Draft.from_signed(request.POST.get("draft", ""))
    if draft is None:
        return redirect("order-form")
    try:
        done = _submit(request, draft)
    except Refused as refusal:
        return _keys_refused(request, draft, refusal)
    _forget(request)
    request.session.pop(HOLDER, None)
    request.session[SENT] = str(done.application_id)
    return redirect("order-done")


def _submit(request: HttpRequest, draft: Draft) -> Submitted:
    return applications.submit(
        form=draft.form,
        sign_request=decoded(request.POST.get("request_sign", "")),
        auth_request=decoded(request.POST.get("request_auth", "")),
        idempotency_key=draft.key,
        network=network_of(request),
        language=language(),
        policy_read_at=draft.policy_read_at,
        policy_edition=draft.policy_edition,
        started_at=draft.started_at,
        at=timezone.now(),
    )


def _keys_refused(request: HttpRequest, draft: Draft, refusal: Refused) -> HttpResponse:
    """Keys that were made are kept in the page; only a request that cannot be used is asked for anew."""
    keep_requests = not isinstance(refusal, RequestNotUsable)
    if not isinstance(refusal, Unavailable | RequestNotUsable | TooManyTries):
        draft = replace(draft, key=uuid4())
    code = status_of(refusal)
    return _keys_page(request, draft, refusal=refusal, keep_requests=keep_requests, code=code)


def order_done(request: HttpRequest) -> HttpResponse:
    sent = request.session.get(SENT)
    if not sent:
        return redirect("order-status")
    application = status.status_of_own(application_id=ApplicationId(UUID(sent)))
    context = {
        "application": application,
        "just_sent": True,
        "sheet": order_links.sheet(application),
        "signed_step": order_links.signed_step(application),
    }
    return render(request, "portal/orders/application.html", context)


def _form_page(request: HttpRequest, form: Order, *, at: datetime, code: int = 200) -> HttpResponse:
    asked = None if form.human else challenge.ask(at=at)
    hints = {storage: Text(f"portal.order.storage.{storage}.hint") for storage in STORAGES}
    context = {"form": form, "asked": asked, "storage_hints": hints}
    return render(request, "portal/orders/form.html", context, status=code)


def _keys_page(
    request: HttpRequest,
    draft: Draft,
    *,
    refusal: Refused | None = None,
    keep_requests: bool = False,
    code: int = 200,
) -> HttpResponse:
    form = draft.form
    request.session[DRAFT] = draft.as_json()
    made = {name: request.POST.get(name, "") if keep_requests else "" for name in REQUESTS}
    name = f"{form.surname} {form.given_name}".upper()
    context = {
        "draft": draft,
        "refusal": refusal,
        "about_the_applicant": isinstance(refusal, ABOUT_THE_APPLICANT),
        "made": made,
        "subject": json.dumps([["2.5.4.3", name]], ensure_ascii=False),
        "name": name,
        "file_name": f"senim-{form.iin[:6]}.p12",
        "now": timezone.now(),
        "form_page": reverse("order-form"),
        "steps": STEPS,
        "send": Text("portal.keys.send"),
    }
    return render(request, "portal/orders/keys.html", context, status=code)


def _keep(request: HttpRequest, form: Order, at: datetime) -> None:
    """Nothing typed is lost; an answered challenge is remembered as long as a challenge lives."""
    kept = {name: str(value) for name, value in form.data.items() if name in form.fields}
    request.session[TYPED] = {
        name: value for name, value in kept.items() if name not in {"answer", "challenge"}
    }
    if form.human and HUMAN not in request.session:
        request.session[HUMAN] = (at + settings.order_challenge_lifetime).isoformat()
    request.session.save()  # beside a 503 Django leaves it unsaved, and the next try would be asked again


def _is_human(request: HttpRequest, at: datetime) -> bool:
    until = _moment(request, HUMAN)
    if until is not None and at >= until:
        request.session.pop(HUMAN)
    return until is not None and at < until


def _forget(request: HttpRequest) -> None:
    for name in (TYPED, DRAFT, STARTED, POLICY, EDITION, HUMAN):
        request.session.pop(name, None)


def _moment(request: HttpRequest, name: str) -> datetime | None:
    kept = request.session.get(name)
    return datetime.fromisoformat(kept) if kept else None


ROUTES = [
    Route("order/", order, Who.ANYONE, "order"),
    Route("order/form/", order_form, Who.ANYONE, "order-form"),
    Route("order/keys/", order_keys, Who.ANYONE, "order-keys"),
    Route("order/done/", order_done, Who.ANYONE, "order-done"),
    *order_links.ROUTES,
]
