"""What docs/partners.md has an integrator run: its program signs, and its lines are sent in their order."""

import re
import runpy

import pytest
from tests.guards.sources import ROOT
from tests.ordering import Browser
from tests.partnering import system_of

from senim.accounts.systems.process import OF_DOCUMENTS
from senim.partners.token import ASSERTION_TYPE, GRANT_TYPE
from senim.settings import settings

WALK = (ROOT / "docs" / "partners.md").read_text(encoding="utf-8")
SENT = re.compile(r"^send (\w+) (\S+)(?: '([^']+)')?", re.MULTILINE)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def system(world, db):
    return system_of(world.legal_entity("pharmacy"), name="Касса", purposes=OF_DOCUMENTS)


@pytest.fixture
def sign(system, tmp_path, monkeypatch):
    """The page's program, beside the system's key."""
    program = re.search(r"```python\n(# sign\.py.+?)```", WALK, re.DOTALL)[1]
    (tmp_path / "sign.py").write_text(program.replace("http://localhost:8002", settings.partners_origin))
    (tmp_path / "system.pem").write_bytes(system.key.as_pem(private=True))
    monkeypatch.chdir(tmp_path)
    return runpy.run_path(str(tmp_path / "sign.py"))


def token(sign, system, browser) -> str:
    form = {
        "grant_type": GRANT_TYPE,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": sign["assertion"](system.client_id),
        "scope": "view",
    }
    content = "&".join(f"{name}={value}" for name, value in form.items())
    headers = {"DPoP": sign["proof"]("POST", "/oauth/token")}
    return browser.post("/oauth/token", content, content_type=FORM, headers=headers).json()["access_token"]


@pytest.mark.clause("DD-4b")
def test_the_walk_for_integrators_ends_with_the_document(sign, system, opened):
    browser, known = Browser("partners"), {"482913": opened.state()["code"]}
    held = token(sign, system, browser)
    for method, path, body in SENT.findall(WALK):
        for name, value in known.items():
            path, body = path.replace(name, value), body.replace(name, value)
        proof = sign["proof"](method, path, held, body.encode())
        headers = {"Authorization": f"DPoP {held}", "DPoP": proof}
        answer = browser.generic(method, path, body, content_type="application/json", headers=headers).json()
        if method == "POST":
            assert opened.answer(answer["number"]) == "opened"
        known |= {f"${name.upper()}": answer[name] or "" for name in ("claim", "view") if name in answer}
    assert answer["document"]["surname"] == "Сәрсенова"
