"""The order form's challenge asks for a number in words; this reads English ones, as a person would."""

import re

UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def number_in(text: str) -> str:
    """The number from 20 to 99 written in words somewhere in the text."""
    found = re.search(rf"\b({'|'.join(TENS)})(?:[-\s\u2011]({'|'.join(UNITS)}))?\b", text.lower())
    if found is None:
        raise ValueError(f"no number in words: {text[:200]}")
    tens = 20 + 10 * TENS.index(found[1])
    return str(tens + (UNITS.index(found[2]) if found[2] else 0))
