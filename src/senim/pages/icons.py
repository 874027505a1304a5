"""Drawings by the name of what they mean. They decorate: words always stand beside them."""

from functools import cache
from importlib.resources import files

from django.utils.safestring import SafeString, mark_safe


@cache
def icon(name: str) -> SafeString:
    """The drawing ``drawings/<name>.svg``, inline so that it takes the colour of its words."""
    drawing = files("senim.pages").joinpath("drawings", f"{name}.svg").read_text(encoding="utf-8")
    return mark_safe(drawing.strip())  # noqa: S308 - our own file


def sign(colours: str = "teal") -> SafeString:
    """Senim's two rings: teal on paper, white on a document, quiet in an empty state."""
    return icon(f"sign-{colours}")


def verdict_sign(good: bool) -> SafeString:
    """Disc and tick, or octagon and cross: a shape for those who do not see the colour."""
    return icon("verdict-yes" if good else "verdict-no")
