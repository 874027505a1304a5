"""How to arrive at each page: route name → what must have happened before. A route without a visit fails.

A visit is given the stage, brings about the state, and returns the address's arguments. Whoever visits is
``stage.client`` (``stage.client = stage.sign_in("aigerim")``); a query goes into ``stage.query``.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from tests import reissuing
from tests.accounts.citizen import Citizen, citizen, hidden, signed
from tests.accounts.organisations import Actor, acting_for, in_a_role
from tests.holders import Holder
from tests.ordering import Applicant, Desk, applicant, desk_of, settle
from tests.pages.app_visits import APP
from tests.pages.counter_visits import PAD
from tests.pages.sign_in_visits import SIGNING_IN
from tests.pages.stage import Stage
from tests.pages.system_visits import AT_THE_PORTAL
from tools.demo.qr import read_svg

from senim.enrolment import policies
from senim.texts import LANGUAGES

Visit = Callable[[Stage], dict[str, Any]]


def anyone(stage: Stage) -> dict[str, Any]:
    """A page that needs nothing."""
    return {}


def signed_in(stage: Stage) -> dict[str, Any]:
    """A page that a citizen sees once signed in."""
    stage.client = stage.sign_in("aigerim")
    return {}


# Ordering a certificate


def ordering(stage: Stage) -> Applicant:
    aigerim = applicant(stage.world.person("aigerim"))
    stage.client = aigerim.browser
    return aigerim


def before_the_keys(stage: Stage) -> dict[str, Any]:
    assert ordering(stage).fill_in().status_code == 302
    return {}


def an_edition(stage: Stage) -> dict[str, Any]:
    """One that somebody said to have read, word for word as it was: no text of ours."""
    part = [["Қайтарып алу", ["Кілт жоғалса, сертификатты бірден қайтарып алыңыз."]]]
    said = {code: {"policy": part, "practice": part} for code in LANGUAGES}
    policies.keep(number="0" * 16, documents=said, at=timezone.now())
    return {"number": "0" * 16}


def ordered(stage: Stage) -> dict[str, Any]:
    ordering(stage).order()
    return {}


def link_of_letter(stage: Stage, count: int) -> dict[str, Any]:
    stage.run_jobs()
    letter = stage.world.wait_for_mail("aigerim@mail.test", count)
    return {"link": letter.links[0].rstrip("/").rsplit("/", 1)[1]}


def by_the_first_letter(stage: Stage) -> dict[str, Any]:
    ordered(stage)
    return link_of_letter(stage, 1)


def taking_back(stage: Stage) -> dict[str, Any]:
    link = by_the_first_letter(stage)["link"]
    assert stage.client.post(f"/en/order/mine/{link}/withdraw/").status_code == 302
    return link_of_letter(stage, 2)


def ready_to_install(stage: Stage) -> dict[str, Any]:
    number = ordering(stage).order()
    link_of_letter(stage, 1)
    desk_of(stage.world.person("dauren"), stage.authority).confirm(number)
    settle(stage.authority)
    return link_of_letter(stage, 2)


def a_process(stage: Stage) -> dict[str, Any]:
    """The one with the most steps."""
    return {"slug": "order"}


def some_revoked(stage: Stage) -> dict[str, Any]:
    stage.authority.revoke(stage.authority.issue(iin="940308492147", surname="А", given_name="Б"))
    return {}


# The cabinet and the phone


def at_home(stage: Stage) -> Citizen:
    aigerim = citizen(stage.world.person("aigerim"), stage.authority)
    assert aigerim.sign_in().status_code == 302
    stage.client = aigerim.browser
    return aigerim


def cabinet(stage: Stage) -> dict[str, Any]:
    """With certificates, and with a viewing in the list."""
    at_home(stage)
    stage.authority.publish()
    view_of(stage, owner=stage.client)
    return {}


def own_certificates(stage: Stage) -> dict[str, Any]:
    at_home(stage)
    stage.authority.publish()
    return {}


def own_certificate(stage: Stage) -> dict[str, Any]:
    number = fresh_certificate(stage)
    stage.authority.publish()
    return number


def fresh_certificate(stage: Stage) -> dict[str, Any]:
    """Issued and not published yet."""
    return {"number": f"{at_home(stage).sign.serial_number:x}"}


def revoking(stage: Stage) -> tuple[Citizen, str]:
    """The form is filled in, the request waits for its signature; the page of the form."""
    aigerim = at_home(stage)
    number = f"{aigerim.sign.serial_number:x}"
    page = f"/en/certificates/{number}/revoke/"
    filled = aigerim.browser.post(page, {"reason": "keyCompromise", "certificates": [number]})
    assert filled.status_code == 302
    return aigerim, page


def signing_to_revoke(stage: Stage) -> dict[str, Any]:
    _, page = revoking(stage)
    return {"number": page.split("/")[3]}


def revoked(stage: Stage) -> dict[str, Any]:
    aigerim, page = revoking(stage)
    return {"request_id": last_part(sign_to_revoke(aigerim, page, by=aigerim.sign)["Location"])}


def sign_to_revoke(aigerim: Citizen, page: str, *, by: Holder) -> Any:
    asked = aigerim.browser.get(f"{page}sign/")
    answer = {"draft": hidden(asked, "draft"), "signature": signed(asked, by)}
    return aigerim.browser.post(f"{page}sign/", answer)


def making_keys_anew(stage: Stage) -> dict[str, Any]:
    assert reissuing.fill_in(at_home(stage)).status_code == 302
    return {}


def signing_to_reissue(stage: Stage) -> dict[str, Any]:
    reissuing.ready_to_sign(at_home(stage))
    return {}


def code_sent(stage: Stage) -> Citizen:
    aigerim = at_home(stage)
    assert aigerim.ask_for_code().status_code == 302
    return aigerim


def typing_the_code(stage: Stage) -> dict[str, Any]:
    code_sent(stage)
    return {}


def code_confirmed(stage: Stage) -> Citizen:
    aigerim = code_sent(stage)
    stage.run_jobs()
    found = re.search(r"\d{6}", stage.world.wait_for_message(aigerim.phone).text)
    assert found
    assert aigerim.type_code(found.group()).status_code == 302
    return aigerim


def signing_the_request(stage: Stage) -> dict[str, Any]:
    code_confirmed(stage)
    return {}


def number_connected(stage: Stage) -> dict[str, Any]:
    assert code_confirmed(stage).sign_request().status_code == 302
    return {}


# Documents


def opened(owner: Client) -> str:
    """The owner's page of a document that stands open."""
    return str(owner.post("/en/documents/identity-card/open/")["Location"])


def state_of(owner: Client, page: str) -> dict[str, Any]:
    return dict(owner.get(f"{page}state/").json())


def token_of(owner: Client, page: str) -> str:
    return str(read_svg(state_of(owner, page)["qr_svg"])).rsplit("/", 1)[1]


def last_part(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[1]


def view_of(stage: Stage, owner: Client) -> str:
    """Daniyar looks at the owner's card; the view's id. His browser becomes the visitor's."""
    viewer = stage.sign_in("daniyar")
    seen = viewer.post("/en/view/scanned/", {"token": token_of(owner, opened(owner))})
    assert seen.status_code == 302
    return last_part(seen["Location"])


def own_document(stage: Stage) -> dict[str, Any]:
    return signed_in(stage) | {"slug": "identity-card"}


def standing_open(stage: Stage) -> dict[str, Any]:
    signed_in(stage)
    return {"grant": last_part(opened(stage.client))}


def marks(stage: Stage) -> dict[str, Any]:
    signed_in(stage)
    view_of(stage, owner=stage.client)
    return {}


def landed(stage: Stage) -> dict[str, Any]:
    owner = stage.sign_in("aigerim")
    stage.client = stage.sign_in("daniyar")
    return {"token": token_of(owner, opened(owner))}


def waiting(stage: Stage) -> dict[str, Any]:
    owner = stage.sign_in("aigerim")
    stage.client = stage.sign_in("daniyar")
    code = state_of(owner, opened(owner))["code"]
    return {"claim": last_part(stage.client.post("/en/view/", {"code": code})["Location"])}


def looking(stage: Stage) -> dict[str, Any]:
    owner = stage.sign_in("aigerim")
    stage.client = stage.sign_in("daniyar")
    seen = stage.client.post("/en/view/scanned/", {"token": token_of(owner, opened(owner))})
    return {"view": last_part(seen["Location"])}


# An organisation's certificates


def staff(stage: Stage) -> tuple[Actor, Holder]:
    """Its head, and a certificate of somebody who holds one for it."""
    entity = stage.world.legal_entity("pharmacy")
    person = citizen(stage.world.person("aigerim"), stage.authority)
    holder = in_a_role(stage.authority, person, entity, "employee")
    head = acting_for(stage.world, stage.authority)
    stage.client = head.browser
    return head, holder


def certificates_of_staff(stage: Stage) -> dict[str, Any]:
    staff(stage)
    return {}


def taking_back_of_staff(stage: Stage) -> dict[str, Any]:
    return {"number": f"{staff(stage)[1].serial_number:x}"}


PORTAL: Mapping[str, Visit] = {
    **AT_THE_PORTAL,
    "home": anyone,
    "components": anyone,
    "help": anyone,
    "journal": anyone,
    "accessibility": anyone,
    "privacy": anyone,
    "open-source": anyone,
    "system-state": anyone,
    "offline": anyone,
    "order": anyone,
    "order-standard": anyone,
    "order-policy": anyone,
    "practice": anyone,
    "practice-edition": an_edition,
    "order-form": anyone,
    "order-keys": before_the_keys,
    "order-done": ordered,
    "order-status": anyone,
    "order-mine": by_the_first_letter,
    "order-result": ready_to_install,
    "order-letter-sent": anyone,
    "order-withdraw": taking_back,
    "order-withdrawn": anyone,
    "processes": anyone,
    "process": a_process,
    "revoked": some_revoked,
    "compromised-key": anyone,
    "sign-in": anyone,
    "cabinet": cabinet,
    "certificates": own_certificates,
    "certificate": own_certificate,
    "certificate-revoke": own_certificate,
    "certificate-revoke-sign": signing_to_revoke,
    "revocation": revoked,
    "organisation-certificates": certificates_of_staff,
    "organisation-certificate-revoke": taking_back_of_staff,
    "reissue": own_certificates,
    "reissue-keys": making_keys_anew,
    "reissue-sign": signing_to_reissue,
    **SIGNING_IN,
    "phone": signed_in,
    "phone-code": typing_the_code,
    "phone-sign": signing_the_request,
    "phone-done": number_connected,
    **APP,
    **PAD,
    "documents": signed_in,
    "marks": marks,
    "document": own_document,
    "access": standing_open,
    "view-enter": signed_in,
    "view-landed": landed,
    "view-wait": waiting,
    "viewing": looking,
}


# The desk


def at_the_portal() -> override_settings:
    """The portal's addresses, while the desk is served."""
    middleware = [name for name in settings.MIDDLEWARE if not name.startswith("senim.desk.")]
    return override_settings(ROOT_URLCONF="senim.portal.urls", MIDDLEWARE=middleware)


def operator(stage: Stage) -> Desk:
    desk = desk_of(stage.world.person("dauren"), stage.authority)
    stage.client = desk.browser
    return desk


def application_arrived(stage: Stage) -> str:
    with at_the_portal():
        return applicant(stage.world.person("aigerim")).order()


def work_list(stage: Stage) -> dict[str, Any]:
    number = application_arrived(stage)
    desk = operator(stage)
    desk.post(f"{desk.find(number)}present/")
    return {}


def case(stage: Stage) -> dict[str, Any]:
    number = application_arrived(stage)
    desk = operator(stage)
    address = desk.find(number)
    desk.post(f"{address}present/")
    return {"application_id": last_part(address)}


def case_to_confirm(stage: Stage) -> dict[str, Any]:
    number = application_arrived(stage)
    return {"application_id": last_part(operator(stage).receive(number))}
