"""How names are compared: every letter a Russian keyboard lacks, case, spaces and hyphens."""

import pytest

from senim.countries.kz.names import fold, same

PAIRS = [
    ("Қ", "К"),
    ("Ә", "А"),
    ("Ғ", "Г"),
    ("Ң", "Н"),
    ("Ө", "О"),
    ("Ұ", "У"),
    ("Ү", "У"),
    ("Һ", "Х"),
    ("І", "И"),
    ("Ё", "Е"),
]


@pytest.mark.parametrize(("kazakh", "russian"), PAIRS)
def test_each_letter_folds_in_both_cases(kazakh, russian):
    assert fold(kazakh) == fold(russian) == russian
    assert fold(kazakh.lower()) == russian


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Сәрсенова", "САРСЕНОВА"),
        ("Ұлықбек", "улыкбек"),
        ("Өтегенова", "отегенова"),
        ("Римский-Корсаков", "римский корсаков"),
        ("Нұрланқызы", " нурлан кызы "),
        ("Һашимов", "Хашимов"),
        ("Семён", "Семен"),
        ("", "  "),
    ],
)
def test_two_spellings_of_one_name_are_the_same(one, other):
    assert same(one, other)


@pytest.mark.parametrize(("one", "other"), [("Ким", "Кин"), ("Әлия", "Алиа"), ("Анна", "")])
def test_two_names_are_not_the_same(one, other):
    assert not same(one, other)
