"""Our own files, parsed once: what the guards walk."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src"
PACKAGES = ("senim", "senim_sandbox")


def python_files(*folders: Path) -> list[Path]:
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


def own_files() -> list[Path]:
    return python_files(*(SOURCE / package for package in PACKAGES))


def templates() -> list[Path]:
    return sorted(SOURCE.glob("senim/*/templates/**/*.*"))


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def calls(file: Path, *names: str) -> Iterator[ast.Call]:
    """Calls of a function of one of these names, however it was imported."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Call) and _called(node) in names:
            yield node


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def constant(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def argument(call: ast.Call, name: str) -> ast.AST | None:
    return next((given.value for given in call.keywords if given.arg == name), None)


def where(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
