"""Nobody tells an operator from a number: people take their numbers along when they change operators."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards.sources import ROOT, own_files, parsed

OPERATORS = re.compile(r"\b(beeline|билайн|kcell|activ|tele2|теле2|altel|алтел|izi)\b", re.IGNORECASE)
CODE_OF_A_NETWORK = re.compile(r"^(\+?7|8)?(70[0-9]|747|75[01]|76[0-4]|77[0-9])$")


def modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def found_in(tree: ast.Module) -> list[str]:
    """Look-ups of operators, names of operators, and tables whose keys are codes of networks."""
    looked_up = [name for name in modules(tree) if name.startswith("phonenumbers.carrier")]
    said = [str(one.value) for one in ast.walk(tree) if isinstance(one, ast.Constant)]
    keys = [
        str(key.value)
        for table in ast.walk(tree)
        if isinstance(table, ast.Dict)
        for key in table.keys
        if isinstance(key, ast.Constant)
    ]
    return [
        *looked_up,
        *(text for text in said if OPERATORS.search(text)),
        *(key for key in keys if CODE_OF_A_NETWORK.match(key)),
    ]


def test_nothing_maps_a_prefix_to_an_operator() -> None:
    found = {str(file.relative_to(ROOT)): found_in(parsed(file)) for file in own_files()}
    assert {name: what for name, what in found.items() if what} == {}


def test_no_list_of_ours_names_an_operator() -> None:
    lists = [file for file in (ROOT / "src").rglob("*.toml") if OPERATORS.search(file.read_text("utf-8"))]
    assert [str(Path(file).relative_to(ROOT)) for file in lists] == []


@pytest.mark.parametrize(
    "planted",
    [
        "from phonenumbers import carrier",
        "import phonenumbers.carrier",
        'OPERATOR = {"701": "a", "705": "b"}',
        'if number.startswith("+7705"): name = "Beeline"',
    ],
)
def test_a_planted_look_up_is_found(planted: str) -> None:
    assert found_in(ast.parse(planted))
