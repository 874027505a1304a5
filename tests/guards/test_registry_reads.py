"""Whoever asks a state registry about a person leaves a line for that person."""

import ast

from tests.guards.sources import SOURCE, parsed

ASKS = {"person", "identity_card", "relatives"}
NOTED_BY = {
    "senim/accounts/counter/confirming.py": "senim/accounts/counter/confirming.py",
    "senim/desk/counter.py": "senim/desk/counter.py",
    "senim/accounts/identity.py": "senim/accounts/identity.py",
    "senim/desk/operator_letters.py": "senim/desk/operator_letters.py",
    "senim/desk/registry_facts.py": "senim/desk/registry_facts.py",
    "senim/documents/kinds.py": "senim/documents/display.py",
    "senim/documents/display.py": "senim/documents/display.py",
    "senim/enrolment/applicant.py": "senim/enrolment/applicant.py",
    "senim/operators/applications.py": "senim/desk/operator_letters.py",
    "senim/operators/four_eyes.py": "senim/enrolment/desk.py",
}
"""Where a registry is asked, and where the line for it is left: rooms on one row cannot call each other."""


def imports_a_question(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("senim.registries"):
            names = {alias.name for alias in node.names}
            if names & ASKS or (node.module == "senim.registries" and names & {"people", "documents"}):
                return True
    return False


def test_every_module_that_asks_about_people_is_known_to_leave_a_line() -> None:
    asking = {
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if "senim/registries/" not in str(file) and imports_a_question(parsed(file))
    }
    assert asking == set(NOTED_BY)


def test_the_line_is_left() -> None:
    for place in set(NOTED_BY.values()):
        called = {
            node.func.id
            for node in ast.walk(parsed(SOURCE / place))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "note" in called, place
