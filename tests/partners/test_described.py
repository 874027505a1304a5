"""What the door says of itself: OpenAPI, RFC 8414, and the health of its process."""

import json
import re

import pytest
from tests.ordering import Browser

from senim.accounts.systems.process import Purpose
from senim.pages.routes import Who
from senim.partners.routes import ROUTES
from senim.settings import settings


@pytest.fixture
def described(db):
    return Browser("partners").get("/openapi.json").json()


def written(route) -> str:
    """The path as OpenAPI writes it."""
    return "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route.path)


def test_every_operation_for_systems_is_described_and_every_description_is_served(described) -> None:
    served = {written(route) for route in ROUTES if route.who is Who.SYSTEM}
    assert set(described["paths"]) == {*served, "/oauth/token"}


def test_an_operation_asks_for_the_purpose_its_view_needs(described) -> None:
    for route in ROUTES:
        if route.who is Who.SYSTEM:
            needed = route.view.needs
            for operation in described["paths"][written(route)].values():
                assert operation["security"] == [{"partner": [one]} for one in needed] or [{"partner": []}]
                assert {"401", "403", "429"} <= set(operation["responses"])


def test_every_reference_leads_somewhere(described) -> None:
    for found in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(described)):
        place = described
        for part in found.split("/"):
            place = place[part]


def test_scopes_are_the_purposes_of_decisions(described) -> None:
    flow = described["components"]["securitySchemes"]["partner"]["flows"]["clientCredentials"]
    assert set(flow["scopes"]) == set(Purpose)
    assert flow["tokenUrl"] == f"{settings.partners_origin}/oauth/token"


def test_client_libraries_find_what_they_need(db) -> None:
    said = Browser("partners").get("/.well-known/oauth-authorization-server").json()
    assert said["issuer"] == settings.partners_origin
    assert said["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert "none" not in said["token_endpoint_auth_signing_alg_values_supported"]
    assert said["token_endpoint"] == f"{settings.partners_origin}/oauth/token"


def test_the_process_says_that_it_is_well(db) -> None:
    answer = Browser("partners").get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "pass")
