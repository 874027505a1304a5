"""Numbers as people read them: groups that never break over a line, and masked identifiers."""

import phonenumbers
from babel.numbers import format_decimal

from senim.texts import language

FILTERS = ("number", "phone", "masked_phone", "iin", "masked_iin", "groups", "spelled")
NO_BREAK = "\u00a0"
HIDDEN = "•"
_KAZAKHSTAN = "+7"


def number(value: int | None) -> str:
    """12 345, grouped as the language groups."""
    return "" if value is None else str(format_decimal(value, locale=language())).replace(" ", NO_BREAK)


def groups(value: object, size: int = 3) -> str:
    """047218593 → 047 218 593."""
    text = str(value)
    return NO_BREAK.join(text[start : start + size] for start in range(0, len(text), size))


def spelled(value: object) -> str:
    """482913 → «4 8 2, 9 1 3»: a screen reader says digits, not four hundred thousand."""
    digits = str(value)
    return ", ".join(" ".join(digits[start : start + 3]) for start in range(0, len(digits), 3))


def iin(value: object) -> str:
    """910412 400123."""
    return groups(value, 6)


def masked_iin(value: object) -> str:
    """•••••••• 0123: enough to recognise one's own, without the birth date."""
    return f"{HIDDEN * 8}{NO_BREAK}{str(value)[-4:]}"


def phone(value: str | None) -> str:
    """+7 701 123 45 67, as written in Kazakhstan; other countries by their own plan."""
    if not value:
        return ""
    if value.startswith(_KAZAKHSTAN) and len(value) == 12:
        return NO_BREAK.join((value[:2], value[2:5], value[5:8], value[8:10], value[10:]))
    try:
        parsed = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return written.replace(" ", NO_BREAK).replace("-", "\u2011")


def masked_phone(value: str | None) -> str:
    """+7 701 ••• •• 67."""
    if not value:
        return ""
    return NO_BREAK.join((value[:2], value[2:5], HIDDEN * 3, HIDDEN * 2, value[-2:]))
