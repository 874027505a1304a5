"""What the door knows about the system that asks: to try a connection out."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from senim.accounts.systems.standing import AdmittedSystem
from senim.pages.routes import Kind, Route, Who
from senim.partners.access import NEVER_KEPT, needs
from senim.partners.described import Operation, answer

PATH = "v1/me"


@require_http_methods(["GET"])
@needs()
def me(request: HttpRequest, system: AdmittedSystem) -> HttpResponse:  # noqa: ARG001
    said = {
        "client_id": str(system.id),
        "name": system.name,
        "organisation": system.organisation,
        "bin": system.bin,
        "kind": system.kind,
        "purposes": sorted(system.purposes),
        "document_types": sorted(system.document_types),
    }
    return JsonResponse(said, headers=NEVER_KEPT)


_WORDS = {"type": "string"}
_LIST = {"type": "array", "items": _WORDS}
ROUTES = [Route(PATH, me, Who.SYSTEM, "me", Kind.DATA)]
OPERATIONS = [
    Operation(
        path=PATH,
        method="get",
        id="me",
        summary="The admission of the system that asks, as far as this token goes",
        answers={
            "200": answer(
                "The admission",
                {
                    "client_id": {"type": "string", "format": "uuid"},
                    "name": _WORDS,
                    "organisation": _WORDS,
                    "bin": {"type": "string", "pattern": "^[0-9]{12}$"},
                    "kind": {"enum": ["bank", "state", "other"]},
                    "purposes": _LIST,
                    "document_types": _LIST,
                },
            )
        },
    )
]
