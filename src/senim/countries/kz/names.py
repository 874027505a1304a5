"""How names are compared: after folding what a Russian keyboard lacks, case, spaces and hyphens."""

_KAZAKH_TO_RUSSIAN = str.maketrans("ҚӘҒҢӨҰҮҺІЁ", "КАГНОУУХИЕ")


def fold(name: str) -> str:
    """A key under which two spellings of one name are equal: ``Сәрсенова`` and ``САРСЕНОВА``."""
    letters = name.upper().translate(_KAZAKH_TO_RUSSIAN)
    return "".join(letter for letter in letters if letter.isalpha())


def same(one: str, other: str) -> bool:
    return fold(one) == fold(other)
