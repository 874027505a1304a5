"""``/openapi.json``: the whole API, made of what each module says of its own operations."""

from collections import defaultdict
from functools import cache
from importlib.metadata import version
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from senim.accounts.systems.process import Purpose
from senim.pages.routes import Kind, Route, Who
from senim.partners import documents, me, subscriber_numbers
from senim.partners.described import Operation
from senim.partners.token import ASSERTION_TYPE, FORM, GRANT_TYPE, PATH, endpoint
from senim.settings import settings

OPERATIONS: tuple[Operation, ...] = (
    *me.OPERATIONS,
    *documents.OPERATIONS,
    *subscriber_numbers.OPERATIONS,
)
PURPOSES = {
    Purpose.VIEW: "view digital documents with their owner's consent",
    Purpose.PRESENT: "present digital documents with their owner's consent",
    Purpose.SUBSCRIBER_NUMBER: "compare and connect subscriber numbers (second-tier banks)",
}
_WORDS = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": _WORDS,
        "title": {"type": "string", "description": "the reason, in the language of Accept-Language"},
        "status": {"type": "integer"},
        "language": {"enum": ["kk", "ru", "en"]},
        "error": _WORDS,
        "next_step": _WORDS,
        "clause": _WORDS,
    },
    "required": ["type", "title", "status", "language"],
}
_OAUTH_ERROR = {
    "type": "object",
    "description": "RFC 6749 section 5.2, with the members of a problem document where the door refuses",
    "properties": {"error": _WORDS, "error_description": _WORDS},
    "required": ["error", "error_description"],
}
_TOKEN = {
    "type": "object",
    "properties": {
        "access_token": _WORDS,
        "token_type": {"const": "DPoP"},
        "expires_in": {"type": "integer", "minimum": 1},
        "scope": _WORDS,
    },
    "required": ["access_token", "token_type", "expires_in", "scope"],
}


@require_http_methods(["GET"])
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return JsonResponse(document())


@cache
def document() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    paths[f"/{PATH}"]["post"] = _token_operation()
    for each in OPERATIONS:
        paths[f"/{each.path}"][each.method] = each.described()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Senim partner API",
            "version": version("senim"),
            "license": {"name": "Apache-2.0"},
        },
        "servers": [{"url": settings.partners_origin}],
        "paths": dict(paths),
        "components": {
            "schemas": {"Problem": _PROBLEM, "OAuthError": _OAUTH_ERROR, "Token": _TOKEN},
            "parameters": {"DPoP": _dpop()},
            "securitySchemes": {"partner": _scheme()},
        },
    }


def _token_operation() -> dict[str, Any]:
    wanted = {
        "grant_type": {"const": GRANT_TYPE},
        "client_assertion_type": {"const": ASSERTION_TYPE},
        "client_assertion": {"type": "string", "description": "private_key_jwt, RFC 7523"},
        "scope": {
            "type": "string",
            "description": "purposes, separated by spaces; all admitted where absent",
        },
    }
    schema = {
        "type": "object",
        "properties": wanted,
        "required": [name for name in wanted if name != "scope"],
    }
    wrong = {"application/json": {"schema": {"$ref": "#/components/schemas/OAuthError"}}}
    return {
        "operationId": "token",
        "summary": "An access token for a signed assertion",
        "security": [],
        "parameters": [{"$ref": "#/components/parameters/DPoP"}],
        "requestBody": {"required": True, "content": {FORM: {"schema": schema}}},
        "responses": {
            "200": {
                "description": "The token",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Token"}}},
            },
            **{
                status: {"description": what, "content": wrong}
                for status, what in (
                    ("400", "Wrong request, proof or scope, or not admitted"),
                    ("401", "The client is not recognised"),
                    ("429", "Too many requests of this system"),
                )
            },
        },
    }


def _dpop() -> dict[str, Any]:
    said = (
        "A DPoP proof (RFC 9449) by a key of the system's; with content_sha256, the base64url SHA-256 of the "
        "body, wherever there is one. The token endpoint does not ask for content_sha256."
    )
    return {"name": "DPoP", "in": "header", "required": True, "description": said, "schema": _WORDS}


def _scheme() -> dict[str, Any]:
    scopes = {str(purpose): said for purpose, said in PURPOSES.items()}
    return {
        "type": "oauth2",
        "description": "The access token goes into Authorization: DPoP <token>",
        "flows": {"clientCredentials": {"tokenUrl": endpoint(), "scopes": scopes}},
    }


ROUTES = [Route("openapi.json", openapi, Who.ANYONE, "openapi", Kind.DATA)]
