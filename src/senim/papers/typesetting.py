"""Typst, in process: one compiler is kept, because a fresh one costs five times as much."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock

import typst

_lock = Lock()


def typeset(form: str, *, facts: Mapping[str, object], at: datetime) -> bytes:
    """The form ``forms/<form>.typ`` filled with facts, as a tagged PDF (PDF/UA-1, for screen readers).

    The same facts at the same time give the same bytes.
    """
    with _lock:  # the compiler keeps its inputs between calls
        pdf = _compiler().compile(
            input=_forms() / f"{form}.typ",
            sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=at.astimezone(UTC).replace(microsecond=0),
        )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no PDF")
    return pdf


@cache
def _compiler() -> typst.Compiler:
    """Fonts are ours: a system's own would make a paper depend on the machine."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[_forms().parent / "fonts"])
    return typst.Compiler(root=_forms(), font_paths=fonts)


def _forms() -> Path:
    return Path(str(files("senim.papers").joinpath("forms")))
