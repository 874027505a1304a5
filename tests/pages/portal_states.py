"""The portal's states: wrong, refused, away, over, empty."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from unittest import mock

from django.db import OperationalError
from playwright.sync_api import Page
from tests import reissuing
from tests.accounts.citizen import hidden
from tests.ordering import Desk, answer_to, desk_of, value_of
from tests.pages import visits
from tests.pages.document_states import DOCUMENTS, registry_away
from tests.pages.number_states import NUMBERS
from tests.pages.stage import Stage
from tests.pages.states import State, press, sends
from tests.pages.system_visits import what_systems_saw
from tests.pages.visits import anyone, at_home, link_of_letter, ordering, signed_in

from senim.enrolment.models import Application, RevocationRequest

LONG_AGO = timedelta(hours=1)
CODE_OF_NOBODY = "000000"


# Ordering a certificate


def form_sent(**changes: str) -> visits.Visit:
    """The form typed by Aigerim with these changes; the challenge was answered before."""

    def arrive(stage: Stage) -> dict[str, Any]:
        aigerim = ordering(stage)
        aigerim.fill_in(surname="")
        stage.form = {**aigerim.typed, **changes}
        return {}

    return arrive


def challenge_failed(stage: Stage) -> dict[str, Any]:
    aigerim = ordering(stage)
    page = aigerim.browser.get("/en/order/form/")
    wrong = "20" if answer_to(page) != "20" else "21"
    stage.form = {**aigerim.typed, "challenge": value_of(page, "challenge"), "answer": wrong}
    return {}


def keys_refused(stage: Stage) -> dict[str, Any]:
    """A request that is none: the keys are to be made anew."""
    aigerim = ordering(stage)
    assert aigerim.fill_in().status_code == 302
    page = aigerim.browser.get("/en/order/keys/")
    stage.form = {**aigerim.keys_form(page), "request_sign": "bm8="}
    return {}


def applicant_refused(stage: Stage) -> dict[str, Any]:
    """The keys are ready, and the registry no longer knows the names."""
    aigerim = ordering(stage)
    assert aigerim.fill_in().status_code == 302
    assert aigerim.order()
    aigerim.fill_in()
    stage.form = aigerim.keys_form(aigerim.browser.get("/en/order/keys/"))
    return {}


def at_the_desk(stage: Stage, step: Callable[[Desk, str], object]) -> dict[str, Any]:
    """Ordered, and then this happened at the desk; the applicant's own page."""
    number = ordering(stage).order()
    link = link_of_letter(stage, 1)
    step(desk_of(stage.world.person("dauren"), stage.authority), number)
    return link


def refuse(desk: Desk, number: str) -> None:
    case = desk.find(number)
    desk.post(f"{case}present/")
    desk.post(
        f"{case}refuse/", {"reason": "Суреттегі адам өтініш берушіге ұқсамайды. Жаңа куәлікпен келіңіз"}
    )


def refused_at_the_desk(stage: Stage) -> dict[str, Any]:
    return at_the_desk(stage, refuse)


def refused_letter(stage: Stage) -> dict[str, Any]:
    refused_at_the_desk(stage)
    return link_of_letter(stage, 2)


def confirmed(stage: Stage) -> dict[str, Any]:
    return at_the_desk(stage, lambda desk, number: desk.confirm(number))


def withdrawn(stage: Stage) -> dict[str, Any]:
    visits.ordered(stage)
    mine = link_of_letter(stage, 1)
    stage.client.post(f"/en/order/mine/{mine['link']}/withdraw/")
    assert stage.client.post(f"/en/order/withdraw/{link_of_letter(stage, 2)['link']}/").status_code == 302
    return mine


def installed(stage: Stage) -> dict[str, Any]:
    kwargs = visits.ready_to_install(stage)
    stage.client.post(f"/en/order/result/{kwargs['link']}/installed/", {"installed": "file"})
    return kwargs


def found_by_number(stage: Stage) -> dict[str, Any]:
    stage.form = {"number": ordering(stage).order()}
    return {}


def unknown_link(stage: Stage) -> dict[str, Any]:
    return {"link": "x" * 43}


def keys_on_a_token(stage: Stage) -> dict[str, Any]:
    assert ordering(stage).fill_in(storage="token").status_code == 302
    return {}


def certificates_for_a_token(stage: Stage) -> dict[str, Any]:
    kwargs = visits.ready_to_install(stage)
    Application.objects.update(storage="token")
    return kwargs


def nobody_of_that_name(stage: Stage) -> dict[str, Any]:
    visits.certificates_of_staff(stage)
    stage.query = "?query=zzz"
    return {}


def the_heads_own(stage: Stage) -> dict[str, Any]:
    head, _ = visits.staff(stage)
    return {"number": f"{head.sign.serial_number:x}"}


def no_system(stage: Stage) -> dict[str, Any]:
    visits.staff(stage)
    return {}


def no_such_look(stage: Stage) -> dict[str, Any]:
    what_systems_saw(stage)
    stage.query = "?words=zzz"
    return {}


ORDERS = (
    State("order-keys", "token", keys_on_a_token),
    State("order-result", "token", certificates_for_a_token),
    State("organisation-certificates", "nobody", nobody_of_that_name),
    State("organisation-looks", "none", no_system),
    State("organisation-looks", "not-found", no_such_look),
    State("organisation-certificate-revoke", "own", the_heads_own, 409),
    State("order-form", "nothing-typed", sends(anyone), 422),
    State("order-form", "challenge-failed", challenge_failed, 422),
    State("order-form", "names-differ", form_sent(surname="Омарова"), 409),
    State("order-form", "registry-away", registry_away(form_sent()), 503),
    State("order-keys", "not-a-request", keys_refused, 409),
    State("order-keys", "already-ordered", applicant_refused, 409),
    State(
        "order-keys",
        "password-short",
        visits.before_the_keys,
        act=press("[data-make]", "[data-case=password-short]"),
    ),
    State("order-status", "nothing-typed", sends(anyone), 422),
    State("order-status", "unknown", sends(anyone, number="000000000000"), 409),
    State("order-status", "found", found_by_number),
    State("order-mine", "refused", refused_at_the_desk),
    State("order-mine", "confirmed", confirmed),
    State("order-mine", "withdrawn", withdrawn),
    State("order-mine", "unknown-link", unknown_link, 404),
    State("order-result", "refused", refused_letter),
    State("order-result", "installed", installed),
    State("order-withdraw", "unknown-link", unknown_link, 404),
)


# Signing in, the cabinet, the phone


def no_file_chosen(page: Page) -> None:
    page.locator("#key-from-file").check()
    press("form[data-sign] button[type=submit]", "[data-case=no-file]")(page)


def consent_missing(stage: Stage) -> dict[str, Any]:
    aigerim = at_home(stage)
    stage.form = {"number": aigerim.phone}
    return {}


def number_sent(stage: Stage) -> dict[str, Any]:
    aigerim = at_home(stage)
    stage.form = {"number": aigerim.phone, "consent": "on"}
    return {}


def card_lost(stage: Stage) -> dict[str, Any]:
    stage.client = stage.sign_in("bolat")
    stage.form = {"number": stage.world.person("bolat").phone, "consent": "on"}
    return {}


def code_arrived(stage: Stage) -> dict[str, Any]:
    visits.code_sent(stage)
    stage.run_jobs()
    return {}


def certificate_gone(stage: Stage) -> dict[str, Any]:
    """The signing certificate is revoked: neither it nor the other one can be revoked by signature."""
    aigerim = at_home(stage)
    stage.authority.revoke(aigerim.sign)
    return {"number": f"{aigerim.sign.serial_number:x}"}


def no_key_left(stage: Stage) -> dict[str, Any]:
    aigerim = at_home(stage)
    stage.authority.revoke(aigerim.sign)
    return {"number": f"{aigerim.auth.serial_number:x}"}


def refused_to_revoke(stage: Stage) -> dict[str, Any]:
    """Signed with the certificate for signing in; the outcome's page."""
    aigerim, page = visits.revoking(stage)
    assert visits.sign_to_revoke(aigerim, page, by=aigerim.auth).status_code == 409
    return {"request_id": str(RevocationRequest.objects.get().pk)}


def signed_wrongly(stage: Stage) -> dict[str, Any]:
    aigerim, page = visits.revoking(stage)
    draft = hidden(aigerim.browser.get(f"{page}sign/"), "draft")
    stage.form = {"draft": draft, "signature": "bm8="}
    return {"number": page.split("/")[3]}


def reissue_signed_wrongly(stage: Stage) -> dict[str, Any]:
    visits.signing_to_reissue(stage)
    draft = hidden(stage.client.get("/en/reissue/sign/"), "draft")
    stage.form = {"draft": draft, "signature": "bm8="}
    return {}


def reissue_on_its_way(stage: Stage) -> dict[str, Any]:
    reissuing.applied(at_home(stage))
    return link_of_letter(stage, 1)


CERTIFICATES = (
    State("certificates", "empty", signed_in),
    State("certificate", "revoked", certificate_gone),
    State("certificate", "coming", visits.fresh_certificate),
    State("certificate-revoke", "nothing-chosen", sends(visits.own_certificate), 422),
    State("certificate-revoke", "no-key", no_key_left),
    State("certificate-revoke-sign", "refused", signed_wrongly, 409, again=True),
    State("revocation", "refused", refused_to_revoke),
    State("reissue", "nothing-typed", sends(visits.own_certificates), 422),
    State("reissue", "no-key", signed_in),
    State("reissue-sign", "refused", reissue_signed_wrongly, 409),
    State("order-mine", "reissue", reissue_on_its_way),
)

PHONE = (
    State("sign-in", "not-signed", sends(anyone), 422),
    State("sign-in", "refused", sends(anyone, challenge="x", signature="bm8="), 409),
    State("sign-in", "no-file", anyone, act=no_file_chosen),
    State("cabinet", "empty", signed_in),
    State("phone", "nothing-typed", sends(signed_in), 422),
    State("phone", "no-consent", consent_missing, 409),
    State("phone", "card-lost", card_lost, 409),
    State("phone", "registry-away", registry_away(number_sent), 503),
    State("phone-code", "arrived", code_arrived),
    State("phone-code", "wrong", sends(code_arrived, code="000000"), 409),
    State("phone-sign", "refused", sends(visits.signing_the_request, signature="bm8="), 409),
)


# Failures


def broken_by(problem: Exception) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: mock.patch("senim.portal.help.database_is_reachable", side_effect=problem)


FAILURES = (
    State("order-status", "foreign-form", sends(anyone, csrfmiddlewaretoken="x" * 32), 403),
    State("order-status", "too-large", sends(anyone, number="0" * 300_000), 413),
    State("system-state", "broken", anyone, 500, while_=broken_by(ZeroDivisionError())),
    State("system-state", "no-database", anyone, 503, while_=broken_by(OperationalError("gone"))),
)


def open_dialog(page: Page) -> None:
    page.evaluate("document.getElementById('specimen-dialog').showModal()")


COMPONENTS = (State("components", "dialog", anyone, act=open_dialog),)

STATES = (*ORDERS, *CERTIFICATES, *PHONE, *NUMBERS, *DOCUMENTS, *FAILURES, *COMPONENTS)
