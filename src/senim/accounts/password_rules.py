"""Which passwords are taken: long rather than complicated, not leaked, not what guessers try first.

No rule asks for digits or signs (NIST SP 800-63B-4 §3.1.1.2). How hard a password is to guess is estimated
from below: it is cut into the words, runs and personal facts that make it cheapest, and anything else costs
what a random character does.
"""

import unicodedata
from collections.abc import Collection, Iterator
from functools import cache
from itertools import pairwise
from typing import ClassVar

from senim.accounts.leaked_passwords import common, has_leaked
from senim.errors import Refused

SHORTEST, LONGEST = 12, 128
HARD_ENOUGH = 44.0
"""Bits: a hundred guesses a day for a century are twenty-two."""
BITS_OF_WORD, BITS_OF_RUN, BITS_OF_FACT, BITS_OF_DIGIT, BITS_OF_CHARACTER = 14.0, 7.0, 3.0, 3.3, 5.0
LEAST_WORD, LONGEST_WORD, LEAST_RUN, LEAST_FACT = 4, 24, 3, 3
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "1234567890")
_LEET = str.maketrans("0134578@$!", "oieastbasi")


class PasswordTooShort(Refused):
    """``count`` characters were given."""

    clause: ClassVar[str] = "PT-4.1"


class PasswordTooLong(Refused):
    clause: ClassVar[str] = "PT-4.1"


class PasswordLeaked(Refused):
    """Others used it, and it is in the lists that are tried first."""

    clause: ClassVar[str] = "PT-4.1"


class PasswordEasy(Refused):
    """Made of common words, runs of keys, digits or what is known of the person."""

    clause: ClassVar[str] = "PT-4.1"


def normal(password: str) -> str:
    """One spelling for what looks alike (NFKC), so that another keyboard types the same password."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, about: Collection[str]) -> str:
    """The password as it is kept. ``about``: names and numbers of its holder.

    Refuses: PasswordTooShort, PasswordTooLong, PasswordLeaked, PasswordEasy.
    """
    chosen = normal(password)
    if len(chosen) < SHORTEST:
        raise PasswordTooShort(count=len(chosen), least=SHORTEST)
    if len(chosen) > LONGEST:
        raise PasswordTooLong(most=LONGEST)
    if has_leaked(chosen):
        raise PasswordLeaked
    if bits(chosen, about=about) < HARD_ENOUGH:
        raise PasswordEasy
    return chosen


def bits(password: str, *, about: Collection[str]) -> float:
    """How hard to guess, by the cheapest way to cut it into parts."""
    text = password.casefold()
    facts = {fact.casefold() for fact in about if len(fact) >= LEAST_FACT}
    cost = [0.0] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        cost[end] = min(cost[start] + price for start, price in _parts(text, end, facts))
    return cost[-1]


def _parts(text: str, end: int, facts: Collection[str]) -> Iterator[tuple[int, float]]:
    """Where a part that ends here may begin, and what it costs."""
    yield end - 1, BITS_OF_DIGIT if text[end - 1].isdigit() else BITS_OF_CHARACTER
    for start in range(max(0, end - LONGEST_WORD), end):
        part = text[start:end]
        if part in facts:
            yield start, BITS_OF_FACT
        if len(part) >= LEAST_WORD and (part in common() or part.translate(_LEET) in common()):
            yield start, BITS_OF_WORD
        if len(part) >= LEAST_RUN and _is_run(part):
            yield start, BITS_OF_RUN


@cache
def _neighbours() -> frozenset[str]:
    """Pairs of keys side by side, either way."""
    pairs = {row[place : place + 2] for row in ROWS for place in range(len(row) - 1)}
    return frozenset(pairs | {pair[::-1] for pair in pairs})


def _is_run(part: str) -> bool:
    """One character over and over, the alphabet or the digits in turn, keys side by side; either way."""
    steps = {ord(after) - ord(before) for before, after in pairwise(part)}
    if len(steps) == 1 and abs(next(iter(steps))) <= 1:
        return True
    return all(part[place : place + 2] in _neighbours() for place in range(len(part) - 1))
