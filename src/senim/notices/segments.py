"""How many short messages a text takes (3GPP TS 23.040). Nothing is ever cut: what does not fit is no text.

Every text goes as UCS-2: 70 characters alone, 67 in each part of a longer one.
"""

ALONE, IN_PARTS = 70, 67
MOST = 4


class TooLong(ValueError):
    """More parts than anybody reads, or pays for. A fault of ours: texts are measured before they land."""


def segments(text: str) -> int:
    """A character outside the basic plane takes two units, and is never torn in two."""
    sizes = [len(letter.encode("utf-16-be")) // 2 for letter in text]
    if sum(sizes) <= ALONE:
        return 1
    parts, left = 0, 0
    for size in sizes:
        if size > left:
            parts, left = parts + 1, IN_PARTS
        left -= size
    return parts


def check(text: str) -> None:
    """Raises TooLong."""
    if segments(text) > MOST:
        raise TooLong(f"{segments(text)} segments; at most {MOST} are sent")
