import ast
from collections.abc import Iterator
from pathlib import Path

from tests.guards.sources import PACKAGES, SOURCE, calls, constant, own_files, parsed, where

LOADERS = {
    "senim/runtime/supervision/child.py",
    "senim/runtime/console/commands.py",
    "senim/runtime/entry.py",
    "senim_token/entry.py",
}
"""These import what a table names, once it is known that it is there or that Django is set up."""


def test_nothing_of_ours_is_imported_inside_a_function() -> None:
    found = [
        where(file, node)
        for file in own_files()
        if file.relative_to(SOURCE).as_posix()
        != "senim/jobs.py"  # procrastinate's app exists once Django is up
        for function in ast.walk(parsed(file))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
        if _imports_own(node)
    ]
    assert found == []


def _imports_own(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(name.name.split(".")[0] in PACKAGES for name in node.names)
    return isinstance(node, ast.ImportFrom) and (
        node.level > 0 or (node.module or "").split(".")[0] in PACKAGES
    )


def test_nothing_of_ours_is_imported_by_its_name_in_a_string() -> None:
    assert [place for file in own_files() for place in _imports_by_name(file)] == []


def _imports_by_name(file: Path) -> Iterator[str]:
    for call in calls(file, "import_module", "import_string", "__import__", "get_model"):
        named = constant(call.args[0]) if call.args else None
        own = named is None or named.split(".")[0] in PACKAGES
        if own and file.relative_to(SOURCE).as_posix() not in LOADERS:
            yield where(file, call)
