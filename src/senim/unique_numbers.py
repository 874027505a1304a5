"""The unique number of an application: twelve digits, eleven random and a check digit (CA-6.P4, P19-F1).

The check digit is Damm's: it notices every single wrong digit and every swap of neighbours, so that a number
read out over a counter is either right or noticed.
"""

import secrets

DIGITS = 12
_QUASIGROUP = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def new() -> str:
    """A number nobody can guess from another one."""
    digits = "".join(str(secrets.randbelow(10)) for _ in range(DIGITS - 1))
    return digits + str(_damm(digits))


def read(text: str) -> str | None:
    """The number a person typed, spaces and hyphens forgiven; None if it is no application number."""
    digits = "".join(character for character in text if character not in " -\u00a0\u2011\u202f")
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    return digits if _damm(digits) == 0 else None


def shown(number: str) -> str:
    """Groups of four with no-break spaces, as it is printed and read aloud."""
    return "\u00a0".join(number[start : start + 4] for start in range(0, DIGITS, 4))


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _QUASIGROUP[interim][int(digit)]
    return interim
