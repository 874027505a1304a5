"""Write ``docs/settings.md`` from settings and refusals: ``python -m tools.settings_page``."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

from senim.settings import Settings
from senim.texts import catalogue

ROOT = Path(__file__).parent.parent
SOURCE, PAGE = ROOT / "src" / "senim" / "settings.py", ROOT / "docs" / "settings.md"
HEAD = """# Settings

Everything a process reads from its environment, once, when it starts. Durations are in seconds; lists are
separated by commas. Secrets are no settings: [production.md](production.md#secrets) tells of them.
Written by `make docs` from `src/senim/settings.py`.
"""
GROUP = """
## {name}
| variable | default | what it is |
|---|---|---|
"""
REFUSALS = """
## What production refuses
With `SENIM_MODE=production` nothing starts while one of these is true.

| what | why | what to do |
|---|---|---|
"""


@dataclass(frozen=True)
class Line:
    """One variable, as the page shows it."""

    group: str
    variable: str
    default: str
    said: str

    def __str__(self) -> str:
        return f"| `{self.variable}` | {self.default} | {self.said} |"


def page() -> str:
    return HEAD + "".join(tables()) + REFUSALS + "".join(refusals())


def tables() -> Iterator[str]:
    for name, some in groupby(lines(), key=lambda line: line.group):
        yield GROUP.format(name=name) + "".join(f"{line}\n" for line in some)


def refusals() -> Iterator[str]:
    """Every refusal production knows, by its three texts; the facts stand as names."""
    for text_id in sorted(catalogue()):
        if text_id.startswith("runtime.production.") and f"{text_id}.why" in catalogue():
            parts = (catalogue()[text_id + part]["en"] for part in ("", ".why", ".do"))
            yield f"| {' | '.join(map(_one_line, parts))} |\n"


def lines() -> Iterator[Line]:
    said, groups = dict(_docstrings(_class())), dict(_groups(_class()))
    for each in fields(Settings):
        words = _one_line(said.get(each.name, ""))
        yield Line(groups[each.name], f"SENIM_{each.name.upper()}", _default(each.default), words)


def _class() -> ast.ClassDef:
    body = ast.parse(SOURCE.read_text(encoding="utf-8")).body
    return next(node for node in body if isinstance(node, ast.ClassDef) and node.name == "Settings")


def _docstrings(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """A field's name and the string below it."""
    for statement, below in zip(node.body, node.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = below.value if isinstance(below, ast.Expr) else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield statement.target.id, text.value


def _groups(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """A field's name and the comment that stands over it and its neighbours."""
    written, heading = SOURCE.read_text(encoding="utf-8").splitlines(), ""
    for line in written[node.lineno : node.end_lineno]:
        if line.startswith("    # "):
            heading = line.removeprefix("    # ")
        elif field := re.match(r"    (\w+): ", line):
            yield field.group(1), heading


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("``", "`").replace("|", "\\|")


def _default(value: Any) -> str:
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return f"`{int(seconds) if seconds.is_integer() else seconds}`"
    if isinstance(value, frozenset):
        value = ",".join(sorted(value))
    if isinstance(value, StrEnum | Path):
        value = str(value)
    return "empty" if value == "" else f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
