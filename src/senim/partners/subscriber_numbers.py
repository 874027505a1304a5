"""``/v1/subscriber-numbers``: a bank compares its customer's number and has it connected (PH-7a, PH-7b)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from senim.accounts.bank import checks, connecting
from senim.accounts.bank.checks import Customer
from senim.accounts.bank.connecting import Wish
from senim.accounts.bank.requests import Stage, Standing
from senim.accounts.systems.process import Purpose
from senim.accounts.systems.standing import AdmittedSystem
from senim.pages.routes import Kind, Route, Who
from senim.partners.access import NEVER_KEPT, needs
from senim.partners.bodies import flag, identifier, moment, schema_of, several, takes, words
from senim.partners.described import (
    ID,
    MISSING,
    MOMENT,
    REFUSED,
    UNREADABLE,
    WORDS,
    Operation,
    answer,
    id_in_path,
)

HERE = "v1/subscriber-numbers"
REQUEST = f"{HERE}/requests/<uuid:request_id>"
SAME, DIFFERENT = "same", "different_or_absent"

IIN = words("[0-9]{12}", "the customer's individual identification number")
NUMBER = words(r"\+[0-9]{8,15}", "the number the bank has for the customer, E.164")
CHECK = {
    "replay_id": words("[A-Za-z0-9_-]{16,64}", "the bank's own: asked again with it, the answer is the same"),
    "iin": IIN,
    "number": NUMBER,
    "authenticated_at": moment("when the customer signed in to the bank's app"),
    "amr": several(
        words("[a-z]{2,10}", "a name of RFC 8176"), most=5, description="how the customer signed in"
    ),
}
REQUESTED = {
    "check": identifier("a comparison of this bank that was answered different_or_absent"),
    "iin": IIN,
    "number": NUMBER,
    "consent": flag("the customer's consent to access to personal data of restricted access (PH-A9.2)"),
    "return_to": words(
        r"https?://[A-Za-z0-9.:\[\]-]{1,200}/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,250}",
        "where the customer's device comes back to, with session and code in the query",
    ),
}
RECOGNISED = {"code": words("[A-Za-z0-9_-]{1,200}", "what the customer's device brought back")}
TYPED = {"code": words("[0-9]{6}", "the one-time password, as the customer typed it")}


@require_http_methods(["POST"])
@needs(Purpose.SUBSCRIBER_NUMBER)
@takes(CHECK)
def check(request: HttpRequest, bank: AdmittedSystem, body: dict[str, Any]) -> HttpResponse:  # noqa: ARG001
    replay_id = body.pop("replay_id")
    compared = checks.compare(bank=bank, customer=Customer(**body), replay_id=replay_id, at=timezone.now())
    said = {
        "check": str(compared.check_id),
        "answer": SAME if compared.same else DIFFERENT,
        "checked_at": compared.checked_at.isoformat(timespec="seconds"),
    }
    return JsonResponse(said, headers=NEVER_KEPT)


@require_http_methods(["POST"])
@needs(Purpose.SUBSCRIBER_NUMBER)
@takes(REQUESTED)
def begin(request: HttpRequest, bank: AdmittedSystem, body: dict[str, Any]) -> HttpResponse:  # noqa: ARG001
    wish = Wish(check_id=body.pop("check"), **body)
    return _stands(connecting.begin(bank=bank, wish=wish, at=timezone.now()), status=201)


@require_http_methods(["GET"])
@needs(Purpose.SUBSCRIBER_NUMBER)
def standing(request: HttpRequest, bank: AdmittedSystem, request_id: UUID) -> HttpResponse:  # noqa: ARG001
    return _stands(connecting.standing(bank=bank, request_id=request_id, at=timezone.now()))


@require_http_methods(["POST"])
@needs(Purpose.SUBSCRIBER_NUMBER)
@takes(RECOGNISED)
def person(
    request: HttpRequest,  # noqa: ARG001
    bank: AdmittedSystem,
    request_id: UUID,
    body: dict[str, Any],
) -> HttpResponse:
    code = body["code"]
    return _stands(connecting.recognise(bank=bank, request_id=request_id, code=code, at=timezone.now()))


@require_http_methods(["POST"])
@needs(Purpose.SUBSCRIBER_NUMBER)
@takes(TYPED)
def code(
    request: HttpRequest,  # noqa: ARG001
    bank: AdmittedSystem,
    request_id: UUID,
    body: dict[str, Any],
) -> HttpResponse:
    typed = body["code"]
    return _stands(connecting.confirm_code(bank=bank, request_id=request_id, code=typed, at=timezone.now()))


@require_http_methods(["POST"])
@needs(Purpose.SUBSCRIBER_NUMBER)
def code_again(request: HttpRequest, bank: AdmittedSystem, request_id: UUID) -> HttpResponse:  # noqa: ARG001
    return _stands(connecting.send_again(bank=bank, request_id=request_id, at=timezone.now()))


def _stands(standing: Standing, *, status: int = 200) -> JsonResponse:
    refusal = None
    if standing.refusal:
        refusal = {
            "type": f"/problems/{standing.refusal.id}",
            "title": str(standing.refusal),
            "next_step": str(standing.next_step),
        }
    said = {
        "request": str(standing.request_id),
        "stage": str(standing.stage),
        "address": standing.address or None,
        "expires_at": standing.expires_at.isoformat(timespec="seconds"),
        "refusal": refusal,
    }
    return JsonResponse(said, status=status, headers=NEVER_KEPT)


ROUTES = [
    Route(f"{HERE}/checks", check, Who.SYSTEM, "check-number", Kind.DATA),
    Route(f"{HERE}/requests", begin, Who.SYSTEM, "number-requests", Kind.DATA),
    Route(REQUEST, standing, Who.SYSTEM, "number-request", Kind.DATA),
    Route(f"{REQUEST}/person", person, Who.SYSTEM, "number-request-person", Kind.DATA),
    Route(f"{REQUEST}/code", code, Who.SYSTEM, "number-request-code", Kind.DATA),
    Route(f"{REQUEST}/code/again", code_again, Who.SYSTEM, "number-request-code-again", Kind.DATA),
]

_PATH = f"{HERE}/requests/{{request_id}}"
_REQUEST_ID = id_in_path("request_id")
_REFUSAL = {
    "type": ["object", "null"],
    "properties": {"type": WORDS, "title": WORDS, "next_step": WORDS},
    "required": ["type", "title", "next_step"],
    "additionalProperties": False,
}
_STANDING = {
    "request": ID,
    "stage": {"enum": [str(stage) for stage in Stage]},
    "address": {
        "type": ["string", "null"],
        "description": "where the customer's device goes to be recognised",
    },
    "expires_at": MOMENT,
    "refusal": _REFUSAL,
}


def _step(path: str, id_: str, summary: str, members: Any = None) -> Operation:
    """A step of a request that is open."""
    wrong = UNREADABLE if members else {}
    return Operation(
        path=path,
        method="post",
        id=id_,
        summary=summary,
        purposes=(Purpose.SUBSCRIBER_NUMBER,),
        parameters=(_REQUEST_ID,),
        body=schema_of(members) if members else None,
        answers={"200": answer("Where the request stands", _STANDING), **wrong, **REFUSED, **MISSING},
    )


OPERATIONS = [
    Operation(
        path=f"{HERE}/checks",
        method="post",
        id="checkNumber",
        summary="Is the bank's number the one connected to the customer's account? "
        "Different, absent and nobody are one answer",
        purposes=(Purpose.SUBSCRIBER_NUMBER,),
        body=schema_of(CHECK),
        answers={
            "200": answer(
                "The comparison", {"check": ID, "answer": {"enum": [SAME, DIFFERENT]}, "checked_at": MOMENT}
            ),
            **UNREADABLE,
            **REFUSED,
        },
    ),
    Operation(
        path=f"{HERE}/requests",
        method="post",
        id="requestNumber",
        summary="Have the bank's number connected, after a comparison that failed",
        purposes=(Purpose.SUBSCRIBER_NUMBER,),
        body=schema_of(REQUESTED),
        answers={"201": answer("The request", _STANDING), **UNREADABLE, **REFUSED, **MISSING},
    ),
    Operation(
        path=_PATH,
        method="get",
        id="numberRequest",
        summary="Where a request stands",
        purposes=(Purpose.SUBSCRIBER_NUMBER,),
        parameters=(_REQUEST_ID,),
        answers={"200": answer("Where the request stands", _STANDING), **MISSING},
    ),
    _step(f"{_PATH}/person", "recognisePerson", "The customer came back from being recognised", RECOGNISED),
    _step(f"{_PATH}/code", "confirmCode", "The one-time password the customer typed", TYPED),
    _step(f"{_PATH}/code/again", "sendCodeAgain", "Another one-time password; the one before is dead"),
]
