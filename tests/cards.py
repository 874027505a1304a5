"""Issue onto an identity card, through the desk's pages, with keys that a test makes instead of a chip."""

import base64
from uuid import UUID, uuid4

from django.http import HttpResponse

from senim.pki.keys import KeyAlgorithm, generate
from tests.ordering import REGION, Desk, request_for, settle, text_of

CONTACT = {"email": "aigerim@mail.test", "region": REGION, "settlement": "Almaty"}


def begin(desk: Desk, iin: str, *, key: UUID | None = None) -> HttpResponse:
    return desk.post("/en/card/", {"iin": iin, "key": str(key or uuid4())})


def keys() -> dict[str, str]:
    made = {name: request_for(generate(KeyAlgorithm.P256)) for name in ("request_sign", "request_auth")}
    return {name: base64.b64encode(der).decode() for name, der in made.items()}


def arrived(desk: Desk, iin: str) -> str:
    """The page of the case."""
    answer = begin(desk, iin)
    assert answer.status_code == 302, text_of(answer)
    return answer["Location"]


def identified(desk: Desk, iin: str) -> str:
    page = arrived(desk, iin)
    assert desk.post(f"{page}identify/").status_code == 302
    return page


def known(desk: Desk, iin: str) -> str:
    page = identified(desk, iin)
    answer = desk.post(f"{page}form/", CONTACT)
    assert answer.status_code == 302, text_of(answer)
    return page


def registered(desk: Desk, iin: str) -> str:
    page = known(desk, iin)
    answer = desk.post(f"{page}keys/", keys())
    assert answer.status_code == 302, text_of(answer)
    return page


def confirmed(desk: Desk, iin: str) -> str:
    page = registered(desk, iin)
    signing = desk.post(f"{page}signed/")["Location"]
    answer = desk.sign(signing.removesuffix("confirm/"))
    assert answer.status_code == 302, text_of(answer)
    return page


def issued(desk: Desk, iin: str, authority, run_jobs) -> str:
    page = confirmed(desk, iin)
    settle(authority)
    run_jobs()
    return page
