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


@dataclass(frozen=True)
class Operation:
    """``answers`` are by status; ``body`` is a JSON schema, None where the request has none."""

    path: str
    method: str
    id: str
    summary: str
    answers: Mapping[str, Any]
    purpose: Purpose | None = None
    body: Mapping[str, Any] | None = None
    parameters: tuple[Mapping[str, Any], ...] = field(default=())

    def described(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "operationId": self.id,
            "summary": self.summary,
            "security": [{"partner": [str(self.purpose)] if self.purpose else []}],
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
    """A JSON object with all of these members and no others."""
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def refusal(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": PROBLEM}}}
