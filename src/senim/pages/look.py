"""Compile ``static/senim/look.css`` from its three sources: ``python -m senim.pages.look``.

``look/govuk.css`` is the compiled part of govuk-frontend 6.6.0 that our pages use (MIT, see THIRD_PARTY.md);
``look/tokens.css`` holds every value, ``look/senim.css`` the layer. The result is committed, so that running
Senim needs no build; a test compiles again and compares.
"""

import re
from importlib.resources import files
from pathlib import Path

SOURCES = ("govuk.css", "tokens.css", "senim.css")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def compiled() -> str:
    folder = files("senim.pages").joinpath("look")
    return "\n".join(_tightened(folder.joinpath(name).read_text(encoding="utf-8")) for name in SOURCES) + "\n"


def _tightened(css: str) -> str:
    """Without comments and indentation. Inside a line nothing is touched: data URLs hold spaces."""
    lines = (line.strip() for line in _COMMENT.sub("", css).splitlines())
    return "\n".join(line for line in lines if line)


if __name__ == "__main__":
    Path(str(files("senim.pages").joinpath("static/senim/look.css"))).write_text(compiled(), encoding="utf-8")
