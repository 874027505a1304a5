"""IIN and BIN by the published rule, written here a second time on purpose.

Sequence numbers of the sandbox begin with 9: the rule allows them and nobody is known to hold one.
"""

from datetime import date

FIRST_PASS = range(1, 12)
SECOND_PASS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
NEVER_ASSIGNED = None


def check_digit(eleven: str) -> int | None:
    """The twelfth digit; None where both passes give ten, for such a number is never assigned."""
    digits = [int(digit) for digit in eleven]
    for weights in (FIRST_PASS, SECOND_PASS):
        rest = sum(map(int.__mul__, digits, weights)) % 11
        if rest != 10:
            return rest
    return NEVER_ASSIGNED


def individual(born: date, sex: str, sequence: int) -> str | None:
    """The IIN of somebody born that day; None where this sequence number is never assigned."""
    century = 2 * (born.year // 100 - 18) + (2 if sex == "female" else 1)
    return _complete(f"{born:%y%m%d}{century}{sequence:04d}")


def legal_entity(registered: date, sequence: int) -> str | None:
    """The BIN of a resident legal entity's head office registered that month."""
    return _complete(f"{registered:%y%m}40{sequence:05d}")


def is_well_formed(number: str) -> bool:
    """Twelve digits whose last one fits."""
    return (
        len(number) == 12
        and number.isascii()
        and number.isdigit()
        and str(check_digit(number[:11])) == number[11]
    )


def _complete(eleven: str) -> str | None:
    last = check_digit(eleven)
    return None if last is NEVER_ASSIGNED else f"{eleven}{last}"
