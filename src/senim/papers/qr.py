"""QR codes as inline SVG."""

from html import escape
from typing import Any

import zxingcpp

QUIET_ZONE = 4
"""Modules of white around the code (ISO/IEC 18004 §9.1); less, and old cameras fail."""


def qr_svg(text: str, *, label: str = "") -> str:
    """A QR code of ``text`` as SVG. ``label`` is what a screen reader says; without it the code is hidden.

    The result holds no style, script or reference, so that it may stand in any page of ours.
    """
    rows = _modules(text)
    size = len(rows) + 2 * QUIET_ZONE
    path = "".join(_runs(row, QUIET_ZONE + line) for line, row in enumerate(rows))
    about = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" {about} '
        f'shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#10272d" d="{path}"/></svg>'
    )


def _modules(text: str) -> list[list[bool]]:
    """Error correction M: codes are read from screens and from folded paper."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture: Any = code.to_image(add_quiet_zones=False)
    rows: Any = memoryview(picture).tolist()
    return [[shade == 0 for shade in row] for row in rows]


def _runs(row: list[bool], line: int) -> str:
    """The dark runs of one row, as rectangles one module high."""
    parts, start = [], 0
    for place, dark in enumerate([*row, False]):
        if not dark:
            if place > start:
                parts.append(f"M{QUIET_ZONE + start} {line}h{place - start}v1h-{place - start}z")
            start = place + 1
    return "".join(parts)
