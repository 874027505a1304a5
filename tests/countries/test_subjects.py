import pytest
from cryptography import x509

from senim.countries.kz import subjects
from senim.countries.kz.subjects import Subject
from senim.pki import names


def read(name: x509.Name) -> Subject:
    return subjects.read(names.read(name.public_bytes()))


def test_an_individuals_name_is_read_back() -> None:
    name = subjects.build(
        iin="940101400001", surname="Сәрсенова", given_name="Айгерім", patronymic="Нұрланқызы"
    )
    assert read(name) == Subject(
        iin="940101400001",
        common_name="СӘРСЕНОВА АЙГЕРІМ",
        surname="СӘРСЕНОВА",
        given_name="АЙГЕРІМ",
        patronymic="НҰРЛАНҚЫЗЫ",
        country="KZ",
    )


def test_who_acts_for_a_legal_entity_has_its_bin_and_name() -> None:
    name = subjects.build(
        iin="940101400001", surname="Ли", given_name="Ан", organisation="АО «Тест»", bin="940140000385"
    )
    subject = read(name)
    assert (subject.bin, subject.organisation, subject.patronymic) == ("940140000385", "АО «Тест»", "")
    kinds = [attribute.oid.dotted_string for attribute in name]
    assert kinds == ["2.5.4.3", "2.5.4.4", "2.5.4.5", "2.5.4.6", "2.5.4.10", "2.5.4.11"]


def test_a_service_is_no_person() -> None:
    subject = read(subjects.build_service("Senim OCSP", organisation="Senim"))
    assert (subject.common_name, subject.iin, subject.surname, subject.given_name) == (
        "Senim OCSP",
        "",
        "",
        "",
    )


def test_a_person_of_one_name_has_it_as_surname() -> None:
    subject = read(subjects.build(iin="940101400001", surname="Сухарто", given_name=""))
    assert (subject.surname, subject.given_name, subject.common_name) == ("СУХАРТО", "", "СУХАРТО")


@pytest.mark.parametrize("unit", ["Отдел кадров", "BIN123456789021"])
def test_an_organisational_unit_is_a_bin_only_where_it_says_so(unit: str) -> None:
    attributes = (
        (names.COMMON_NAME, "ТЕСТОВ ТЕСТ"),
        (names.SURNAME, "ДРУГОЙ"),
        (names.SERIAL_NUMBER, "IIN123456789011"),
        (names.ORGANISATIONAL_UNIT, unit),
    )
    subject = subjects.read(attributes)
    assert subject.bin == unit.removeprefix("BIN") * unit.startswith("BIN")
    assert (subject.iin, subject.given_name) == ("123456789011", "")
