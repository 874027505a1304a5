"""Whatever a client sends that the description allows, or does not, is answered as the description says."""

import json

import jsonschema
import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode
from tests.accounts.citizen import citizen
from tests.partners.banking import NUMBERS

from senim.partners.openapi import document

FEW, MANY = 2, 200
DOCUMENTS = "/v1/documents"
CODES = f"{NUMBERS}/requests/{{request_id}}/code"


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


def send(partner, token, case, there, mode):
    """As generated, but of a request or claim that is there wherever the name of one was well made."""
    path, body = case.formatted_path, case.body
    for name, id_ in there.items():
        path = path.replace(case.path_parameters.get(name, id_), id_)
    if mode is GenerationMode.POSITIVE and isinstance(body, dict):
        body = about_somebody(body, there)
    raw = b"" if not isinstance(body, dict | list | str | int | None) else json.dumps(body).encode()
    return partner.send(case.method, path, raw=raw, token=token)


def about_somebody(body, there):
    """A comparison of a customer who is there and present; a request that goes by one which was made."""
    named = ("iin", "number", "check") if "check" in body else ("iin", "authenticated_at")
    return {name: there[name] if name in named else value for name, value in body.items()}


@pytest.fixture
def there(bank, aigerim, world):
    """What can be named: a request that waits for the face, a claim, and a customer whose number differs."""
    anna = world.person("anna")
    claim = bank.partner.post(
        f"{DOCUMENTS}/claims/by-code", {"code": "000000", "purpose": "view"}, token=bank.partner.token()
    )
    return {
        "request_id": bank.begin(aigerim.iin, aigerim.phone).json()["request"],
        "claim_id": claim.json()["claim"],
        "iin": anna.iin,
        "number": anna.phone,
        "check": bank.check(anna.iin, anna.phone).json()["check"],
        "authenticated_at": timezone.now().isoformat(),
    }


@pytest.fixture
def at_code(bank, there, world, authority):
    """The same, but the request waits for a code."""
    daniyar = citizen(world.person("daniyar"), authority)
    begun = bank.begin(daniyar.iin, daniyar.phone).json()
    assert bank.recognised(begun).json()["stage"] == "code_awaited"
    return {**there, "request_id": begun["request"]}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.soak)], ids=str)
def test_no_request_meets_a_failure_of_ours(bank, there, at_code, mode, examples):
    token = bank.partner.token()
    for operation in operations():
        named = at_code if operation.path.startswith(CODES) else there
        probe(bank.partner, token, operation, named, mode, examples)


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
        answered_as_described(send(partner, token, case, there, mode), case.method, operation.path)

    one()
