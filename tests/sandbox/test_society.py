"""The people of the sandbox are consistent, and the same for the same seed."""

import io
from datetime import date
from importlib.resources import files

import pytest
from PIL import Image

from senim.countries.kz import identifiers as rule
from senim_sandbox import identifiers
from senim_sandbox.people import Person, fixed_people
from senim_sandbox.places import places
from senim_sandbox.population import TODAY
from senim_sandbox.portraits import SIZE, portrait
from senim_sandbox.sms.phones import is_mobile
from senim_sandbox.society import Society

SOCIETY = Society("senim")


def age(person: Person) -> int:
    return TODAY.year - person.born.year - ((TODAY.month, TODAY.day) < (person.born.month, person.born.day))


def test_one_seed_makes_one_society_and_another_seed_another() -> None:
    again = Society("senim")
    assert again.people == SOCIETY.people
    assert again.legal_entities == SOCIETY.legal_entities
    assert Society("other").people != SOCIETY.people
    assert Society("other").people[: len(fixed_people())] == fixed_people()


@pytest.mark.parametrize("seed", ["senim", "1", "Ә"])
def test_every_identifier_is_valid_tells_the_truth_and_is_held_once(seed: str) -> None:
    society = Society(seed)
    for person in society.people:
        assert rule.problem_with(person.iin) is None
        assert rule.birth_date(person.iin) == person.born
        assert (int(person.iin[6]) % 2 == 1) == (person.sex == "male")
    held = [person.iin for person in society.people] + [one.bin for one in society.legal_entities]
    assert len(set(held)) == len(held)
    assert all(rule.is_business(one.bin) and not rule.problem_with(one.bin) for one in society.legal_entities)


def test_cards_and_phones_are_held_once_and_mailboxes_too() -> None:
    for held in (
        [person.card.number for person in SOCIETY.people if person.card],
        [person.phone for person in SOCIETY.people if person.phone],
        [person.email for person in SOCIETY.people if person.email],
    ):
        assert len(set(held)) == len(held)
    assert all(is_mobile(person.phone) for person in SOCIETY.people if person.phone)


def test_children_are_younger_than_their_parents_and_bear_the_fathers_name() -> None:
    children = 0
    for person in SOCIETY.people:
        for child in (SOCIETY.by_id[name] for name in person.children):
            assert age(person) - age(child) >= 18
            if person.sex == "male" and person.settlement:
                children += 1
                assert child.patronymic.startswith(person.given_name[0])
                assert child.patronymic.endswith(
                    ("қызы", "вна", "ична") if child.sex == "female" else ("ұлы", "ич")
                )
    assert children > 100


def test_spouses_and_guardians_agree_on_each_other() -> None:
    for person in SOCIETY.people:
        if person.spouse:
            assert SOCIETY.by_id[person.spouse].spouse == person.id
            assert SOCIETY.by_id[person.spouse].children == person.children
        for ward in person.wards:
            assert SOCIETY.guardian_of(SOCIETY.by_id[ward]) == person


def test_cards_are_given_from_sixteen_for_ten_years() -> None:
    states = set()
    for person in SOCIETY.people:
        if person.card:
            assert person.card.issued.year - person.born.year >= 16
            assert person.card.expires.year - person.card.issued.year == 10
            states.add(person.card.status(date(2026, 11, 21)))
        elif person.id.startswith("person-"):
            assert age(person) < 16
    assert states == {"valid", "expired", "lost", "annulled"}


def test_everybody_lives_somewhere() -> None:
    assert all(person.settlement in places() for person in SOCIETY.people)


def test_the_fixed_people_cover_the_cases_the_platform_must_refuse() -> None:
    traits = {trait for person in fixed_people() for trait in person.traits}
    assert traits >= {
        "identifier annulled",
        "card expired",
        "card lost",
        "card annulled",
        "unknown to the registry",
        "no patronymic",
        "second pass of the check digit",
        "child",
        "guardian",
        "operator",
    }
    assert all(set(person.expected) == {"kk", "ru", "en"} for person in fixed_people())


def test_the_person_of_the_second_pass_really_needs_it() -> None:
    (yulia,) = (one for one in fixed_people() if one.id == "yulia")
    first = sum(int(digit) * weight for digit, weight in zip(yulia.iin, range(1, 12), strict=False)) % 11
    assert first == 10
    assert identifiers.is_well_formed(yulia.iin)


def test_the_registry_does_not_know_the_unregistered() -> None:
    nikita = SOCIETY.by_id["nikita"]
    assert identifiers.is_well_formed(nikita.iin)
    assert SOCIETY.registered(nikita.iin) is None


def test_portraits_are_small_alike_for_one_person_and_unlike_for_others() -> None:
    drawn = {
        person.id: portrait(iin=person.iin, sex=person.sex, birth_year=person.born.year)
        for person in SOCIETY.people[:60]
    }
    portrait.cache_clear()
    aigerim = SOCIETY.by_id["aigerim"]
    assert portrait(iin=aigerim.iin, sex="female", birth_year=1994) == drawn["aigerim"]
    assert len(set(drawn.values())) > 50
    assert max(map(len, drawn.values())) <= 6 * 1024
    assert Image.open(io.BytesIO(drawn["aigerim"])).size == SIZE


def test_senim_ships_the_sandboxs_list_of_registration_centres() -> None:
    theirs = files("senim_sandbox").joinpath("places.toml").read_bytes()
    assert files("senim.countries.kz").joinpath("registration_centres.toml").read_bytes() == theirs
