"""No page, file or letter of the desk gives an operator a user's key or certificate (CA-19.5d, CA-19.5e)."""

import ast
import base64
import re

import pytest
from tests.guards.sources import SOURCE, parsed
from tests.ordering import applicant, settle
from tests.pages.visits import last_part

from senim.certification.certificates import of_person
from senim.desk.routes import ROUTES
from senim.pages.routes import Kind

DESK = sorted((SOURCE / "senim" / "desk").glob("*.py"))
MAKES_KEY_FILES = {
    "senim.pki",
    "senim.enrolment.installation",
    "senim.certification.certificates",
    "senim.certification.ceremony",
    "senim.notices",
}
ONLY_SPELLS = {"case_forms.py imports senim.enrolment.installation.spelled"}
OF_OPERATORS_THEMSELVES = {"operator-certificates"}


@pytest.mark.clause("CA-19.5d", "CA-19.5e")
@pytest.mark.django_db
def test_the_desk_gives_nothing_of_a_users_certificate_from_the_first_page_to_the_last(
    world, authority, dauren, run_jobs
):
    """Every address about one application, after its certificates are issued; and every letter about it."""
    number = applicant(world.person("aigerim")).order()
    case = dauren.confirm(number)
    settle(authority)
    run_jobs()
    issued = of_person(world.person("aigerim").iin)
    assert len(issued) == 2
    about = [route for route in ROUTES if route.path.startswith("application/<uuid:application_id>/")]
    assert len(about) > 6
    answers = [
        dauren.get(f"/en/{route.path.replace('<uuid:application_id>', last_part(case))}")
        for route in about
        if "<" not in route.path.replace("<uuid:application_id>", "")
    ]
    assert any(answer.status_code == 200 for answer in answers)
    assert dauren.get("/en/").status_code == 200
    assert world.mail("aigerim@mail.test")
    said = [dauren.get("/en/").content, *(answer.content for answer in answers)]
    said += [letter.text.encode() for letter in world.mail("aigerim@mail.test")]
    for certificate in issued:
        for content in said:
            assert holds(content, certificate.der) == []


def holds(content: bytes, der: bytes) -> list[str]:
    middle = der[len(der) // 3 : len(der) // 3 + 48]
    spelled = {
        "DER": middle,
        "hexadecimal": middle.hex().encode(),
        "base64": base64.b64encode(der)[60:120],
        "base64url": base64.urlsafe_b64encode(der)[60:120],
    }
    bare = re.sub(rb"\s", b"", content)
    return [name for name, words in spelled.items() if words in content or words in bare]


def test_what_is_looked_for_would_be_found():
    der = bytes(range(200)) * 3
    for content in (der, der.hex().encode(), base64.encodebytes(der), base64.urlsafe_b64encode(der)):
        assert holds(b"<p>" + content + b"</p>", der)


@pytest.mark.clause("CA-19.5d")
def test_the_desk_has_no_way_to_a_key_file_a_certificate_or_an_outbox_of_its_own():
    """``operator-certificates`` gives an operator's own, by a verb that knows no others."""
    assert DESK
    found = {
        f"{file.name} imports {name}"
        for file in DESK
        for name in imported(file)
        for forbidden in MAKES_KEY_FILES
        if name == forbidden or name.startswith(f"{forbidden}.")
    }
    assert found - ONLY_SPELLS == set()
    files = {route.name for route in ROUTES if route.kind in {Kind.FILE, Kind.DATA}}
    assert {name for name in files if "certificate" in name} == OF_OPERATORS_THEMSELVES


def imported(file) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.clause("CA-19.5e")
def test_a_letter_has_no_attachments():
    """The one verb that leaves mail takes words only."""
    outbox = parsed(SOURCE / "senim" / "notices" / "outbox.py")
    verbs = {node.name: node for node in outbox.body if isinstance(node, ast.FunctionDef)}
    taken = {argument.arg for argument in verbs["send_mail"].args.kwonlyargs}
    assert taken == {"to", "subject", "body", "reference", "at"}
