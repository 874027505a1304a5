"""An operation of the API as OpenAPI 3.1 describes it: each module of a noun lists its own.

What every operation shares is added here: the signed request, the refusals of the door.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from senim.accounts.systems.process import Purpose

PROBLEM = {"$ref": "#/components/schemas/Problem"}
REFUSALS = {
    "401": "No token, or no proof that this request is its holder's",
    "403": "Not admitted to this, or not now",
    "429": "Too many requests of this system",
}
"""Of the door, for every operation."""
WORDS = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}
DAY = {"type": "string", "format": "date"}
ID = {"type": "string", "format": "uuid"}


@dataclass(frozen=True)
class Operation:
    """``answers`` are by status; ``body`` is a JSON schema, None where the request has none.

    A token for any one of ``purposes`` will do.
    """

    path: str
    method: str
    id: str
    summary: str
    answers: Mapping[str, Any]
    purposes: tuple[Purpose, ...] = ()
    body: Mapping[str, Any] | None = None
    parameters: tuple[Mapping[str, Any], ...] = field(default=())

    def described(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "operationId": self.id,
            "summary": self.summary,
            "security": [{"partner": [str(one)]} for one in self.purposes] or [{"partner": []}],
            "parameters": [{"$ref": "#/components/parameters/DPoP"}, *self.parameters],
            "responses": {
                **{status: refusal(what) for status, what in REFUSALS.items()},
                **self.answers,
            },
        }
        if self.body is not None:
            said["requestBody"] = {"required": True, "content": {"application/json": {"schema": self.body}}}
        return said


def answer(description: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": whole(properties)}}}


def whole(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object with all of these members and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def refusal(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": PROBLEM}}}


def id_in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": ID}


UNREADABLE = {
    "400": refusal("The body is not as described"),
    "413": refusal("The body is too large"),
    "415": refusal("The body is not JSON"),
}
REFUSED = {
    "409": refusal("Refused; the answer says why, and what to do"),
    "503": refusal("Try again later"),
}
MISSING = {"404": refusal("No such thing of this system's")}
