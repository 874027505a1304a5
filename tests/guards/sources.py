"""Our own files, parsed once: what the guards walk."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src"
PACKAGES = ("senim", "senim_sandbox", "senim_token")


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


def imported_from(starts: Iterable[str]) -> set[str]:
    """Our modules reached from these by imports, however far."""
    found, waiting = set[str](), [name for name in starts if _file(name)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [named for named in _imports(name) if _file(named) and named not in found]
    return found


def _file(module: str) -> Path | None:
    place = SOURCE / module.replace(".", "/")
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.exists()), None)


def _imports(module: str) -> Iterator[str]:
    """What a module's file names; packages on the way are imported too."""
    file = _file(module)
    for node in ast.walk(parsed(file)) if file else ():
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in named:
            parts = name.split(".")
            if parts[0] in PACKAGES:
                yield from (".".join(parts[: count + 1]) for count in range(len(parts)))
