"""Whatever a client sends that the description allows, or does not, is answered as the description says."""

import json

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode
from tests.partners.banking import NUMBERS

from senim.partners.openapi import document

FEW, MANY = 2, 200
DOCUMENTS = "/v1/documents"


def operations():
    schema = schemathesis.openapi.from_dict(document())
    found = [each.ok() for each in schema.get_all_operations()]
    return [each for each in found if each.path.startswith((NUMBERS, DOCUMENTS))]


def answered_as_described(answer, method, path):
    """The status is one of the description's and no failure, and the body what the description says there."""
    assert answer.status_code < 500, answer.content
    described = document()["paths"][path][method.lower()]["responses"]
    assert str(answer.status_code) in described, (answer.status_code, answer.content)
    content = described[str(answer.status_code)]["content"]
    (kind,) = content
    assert answer["Content-Type"] == kind
    whole = {**content[kind]["schema"], "components": document()["components"]}
    jsonschema.validate(answer.json(), whole, format_checker=jsonschema.FormatChecker())


def send(partner, token, case, there):
    """As generated, but of a request or claim that is there wherever the name of one was well made."""
    path = case.formatted_path
    for name, id_ in there.items():
        path = path.replace(case.path_parameters.get(name, id_), id_)
    body = (
        b"" if not isinstance(case.body, dict | list | str | int | None) else json.dumps(case.body).encode()
    )
    return partner.send(case.method, path, raw=body, token=token)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.soak)], ids=str)
def test_no_request_meets_a_failure_of_ours(bank, aigerim, mode, examples):
    token = bank.partner.token()
    asked = bank.partner.post(
        f"{DOCUMENTS}/claims/by-code", {"code": "000000", "purpose": "view"}, token=token
    )
    there = {
        "request_id": bank.begin(aigerim.iin, aigerim.phone).json()["request"],
        "claim_id": asked.json()["claim"],
    }
    for operation in operations():
        probe(bank.partner, token, operation, there, mode, examples)


def probe(partner, token, operation, there, mode, examples):
    @hypothesis_settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case):
        answered_as_described(send(partner, token, case, there), case.method, operation.path)

    one()
