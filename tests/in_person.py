"""Somebody comes to the desk to have certificates revoked, step by step; each gives the case's address."""

import base64

from django.http import HttpResponse

from senim.certification.models import Revocation
from senim.enrolment.models import Application
from tests.accounts.citizen import Citizen
from tests.holders import Holder
from tests.ordering import Desk, text_of, value_of
from tests.signing_pages import to_sign

LOST = "keyCompromise"
PAPERS = {"identification": "identity_card", "papers": ["revocation_request", "identity_document"]}


def begin(desk: Desk, iin: str, **more: str) -> HttpResponse:
    page = desk.get("/en/revoke/")
    return desk.post("/en/revoke/", {"key": value_of(page, "key"), "iin": iin, **more})


def begun(desk: Desk, person: Citizen) -> str:
    answer = begin(desk, person.iin)
    assert answer.status_code == 302, text_of(answer)
    return answer["Location"]


def accepted(desk: Desk, person: Citizen) -> str:
    case = begun(desk, person)
    assert desk.accept(case, **PAPERS).status_code == 302
    return case


def choose(desk: Desk, case: str, *holders: Holder, reason: str = LOST) -> HttpResponse:
    numbers = [f"{one.serial_number:x}" for one in holders]
    return desk.post(f"{case}certificates/", {"certificates": numbers, "reason": reason})


def formed(desk: Desk, person: Citizen, *holders: Holder, reason: str = LOST) -> str:
    case = accepted(desk, person)
    assert choose(desk, case, *holders, reason=reason).status_code == 302
    return case


def signature_on(desk: Desk, case: str, by: Holder | None = None) -> str:
    page = desk.get(f"{case}revoke/")
    assert page.status_code == 200, text_of(page)
    signature = (by or desk.holder).sign(to_sign(page))
    return base64.b64encode(signature).decode()


def sign(desk: Desk, case: str, by: Holder | None = None) -> HttpResponse:
    return desk.post(f"{case}revoke/", {"signature": signature_on(desk, case, by)})


def signed(desk: Desk, person: Citizen, *holders: Holder, reason: str = LOST) -> str:
    case = formed(desk, person, *holders, reason=reason)
    done = sign(desk, case)
    assert done.status_code == 302, text_of(done)
    return case


def of(case: str) -> Application:
    return Application.objects.get(pk=case.strip("/").rsplit("/", 1)[1])


def clauses(case: str) -> list[str]:
    return list(of(case).passages.values_list("clause", flat=True))


def is_revoked(holder: Holder) -> bool:
    return Revocation.objects.filter(certificate__serial_number=f"{holder.serial_number:040x}").exists()
