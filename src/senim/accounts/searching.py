"""How a desk finds one case among many: by its number, by an IIN, or by a name."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from senim.countries.kz import names

MIN_NAME_LETTERS = 2
Case = TypeVar("Case", bound=Model)


def among(cases: QuerySet[Case], search: str) -> QuerySet[Case]:
    """Rows with ``number``, ``iin`` and ``folded_name``. The order of words does not matter."""
    digits = "".join(character for character in search if character.isdigit())
    if digits:
        return cases.filter(Q(number=digits) | Q(iin=digits))
    words = [folded for word in search.split() if (folded := names.fold(word))]
    if sum(map(len, words)) < MIN_NAME_LETTERS:
        return cases.none()
    for word in words:
        cases = cases.filter(folded_name__contains=word)
    return cases
