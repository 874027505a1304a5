"""The plain module of texts."""

from senim.texts import alphabetical

KAZAKH = (
    "Абай Ақтау Әсет Болат Ғани Дана Ёлка Кеген Қайрат Нұр Ңға Орал Өскемен "
    "Уәли Ұлытау Үміт Хан Һауа Шу Ықылас Іле Эмба Яна"
)


def test_words_sort_as_the_alphabet_of_the_reader_has_them() -> None:
    names = KAZAKH.split()
    assert sorted(sorted(names), key=alphabetical) == names
    assert sorted(names) != names


def test_case_does_not_matter_and_latin_comes_first() -> None:
    assert sorted(["әсем", "Абай", "ӘСЕЛ", "Zhetisu", "abai"], key=alphabetical) == [
        "abai",
        "Zhetisu",
        "Абай",
        "ӘСЕЛ",
        "әсем",
    ]
