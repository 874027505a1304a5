"""The owner reads whether somebody asks in office or as a private person, in their own language."""

import pytest
from tests.accounts.citizen import citizen
from tests.documents.test_claims import scan, token_of, type_code

ORGANISATION = "«Жетісу» банкі АҚ"


@pytest.fixture
def banker(world, authority):
    """Daniyar, signed in with a certificate that names the organisation he acts for."""
    person = citizen(world.person("daniyar"), authority)
    facts = {"iin": person.iin, **person.names, "organisation": ORGANISATION}
    bank = authority.issue("employee_auth", **facts, bin=world.legal_entity("bank").bin, role="employee")
    assert person.sign_in(by=bank).status_code == 302
    return person


@pytest.mark.clause("DD-18a", "DD-18b")
def test_an_organisation_in_the_certificate_is_shown_to_the_owner(opened, banker):
    type_code(banker, opened.state()["code"])
    assert opened.state()["claim"]["organisation"] == ORGANISATION
    assert ORGANISATION in opened.owner.browser.get(opened.page).content.decode()
    scan(banker, token_of(opened))
    assert opened.state()["views"][0]["organisation"] == ORGANISATION
    assert ORGANISATION in opened.owner.browser.get("/en/documents/seen/").content.decode()


@pytest.mark.parametrize(
    ("language", "said"),
    [("kk", "жеке тұлға ретінде"), ("ru", "как частное лицо"), ("en", "as a private person")],
)
def test_somebody_without_one_asks_as_a_private_person(opened, viewer, language, said):
    type_code(viewer, opened.state()["code"])
    page = opened.page.replace("/en/", f"/{language}/")
    state = opened.owner.browser.get(f"{page}state/").json()
    assert state["claim"]["organisation"] == said
    assert said in opened.owner.browser.get(page).content.decode()
