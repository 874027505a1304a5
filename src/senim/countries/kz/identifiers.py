"""IIN and BIN: twelve digits, the last one a check digit.

IIN: ``YYMMDD``, a digit for century and sex (1/2 → 18xx, 3/4 → 19xx, 5/6 → 20xx; odd is male), four of
sequence, check. BIN: ``YYMM``, the kind of legal entity (4, 5, 6: cannot be a day, so it tells the two
apart), an attribute (0–3), five of sequence, check.
"""

from datetime import date

LENGTH = 12
_FIRST = tuple(range(1, 12))
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_CENTURY = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


def check_digit(eleven: str) -> int | None:
    """The check digit for the first eleven, or None: such a number is never given out."""
    for weights in (_FIRST, _SECOND):
        remainder = sum(int(digit) * weight for digit, weight in zip(eleven, weights, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None


def is_business(number: str) -> bool:
    return number[4] in "456"


def form_of(number: str) -> str:
    """What a BIN is given to: a joint entrepreneurship, a legal entity, its branch or representation."""
    if number[4] == "6" or number[5] == "3":
        return "joint_entrepreneurship"
    return {"1": "branch", "2": "representative_office"}.get(number[5], "legal_entity")


def birth_date(number: str) -> date | None:
    """The birth date an IIN tells, or None where it names no day."""
    century = _CENTURY.get(number[6])
    if century is None:
        return None
    try:
        return date(century + int(number[0:2]), int(number[2:4]), int(number[4:6]))
    except ValueError:
        return None


def problem_with(number: str) -> str | None:
    """What is wrong with the number: digits, length, date, kind or check; None if it is valid."""
    if not (number.isascii() and number.isdigit()):
        return "digits"
    if len(number) != LENGTH:
        return "length"
    if is_business(number):
        if not 1 <= int(number[2:4]) <= 12:
            return "date"
        if number[5] not in "0123":
            return "kind"
    elif birth_date(number) is None:
        return "date"
    return None if check_digit(number[:11]) == int(number[11]) else "check"
