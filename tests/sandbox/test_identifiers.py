"""The rule of IIN and BIN, against numbers that are known to hold or to fail."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senim.countries.kz import identifiers as ours
from senim_sandbox import identifiers

KNOWN = (
    "940140000385",
    "950341000052",
    "961141000023",
    "070941024691",
    "971240001315",
    "020240000555",
    "160440007161",
    "000740000728",
    "080540010396",
    "100340000179",
    "830717350867",
    "061211600012",
)
BOGUS = ("940140000386", "940140000387", "123456789011", "123456789012", "123456789021", "012345678912")
MISSHAPEN = ("", "94014000038", "9401400003855", "94014000038x", "٩٤٠١٤٠٠٠٠٣٨٥")


@pytest.mark.parametrize("number", KNOWN)
def test_a_number_that_was_given_out_is_well_formed(number: str) -> None:
    assert identifiers.is_well_formed(number)
    assert ours.problem_with(number) is None


@pytest.mark.parametrize(
    "number", [*BOGUS, "", "94014000038", "9401400003855", "94014000038x", "٩٤٠١٤٠٠٠٠٣٨٥"]
)
def test_a_bogus_number_is_not(number: str) -> None:
    assert not identifiers.is_well_formed(number)
    assert ours.problem_with(number) is not None


def test_a_number_whose_both_passes_give_ten_is_never_assigned() -> None:
    assert identifiers.check_digit("00081315989") is None
    assert not any(identifiers.is_well_formed(f"00081315989{digit}") for digit in range(10))


@given(
    st.dates(date(1800, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["male", "female"]),
    st.integers(0, 9999),
)
def test_both_halves_read_the_rule_alike(born: date, sex: str, sequence: int) -> None:
    number = identifiers.individual(born, sex, sequence)
    if number is not None:
        assert ours.problem_with(number) is None
        assert ours.birth_date(number) == born
        assert (int(number[6]) % 2 == 1) == (sex == "male")


@given(st.dates(date(1990, 1, 1), date(2089, 12, 31)), st.integers(0, 99999))
def test_a_legal_entitys_number_is_one_to_senim_too(registered: date, sequence: int) -> None:
    number = identifiers.legal_entity(registered, sequence)
    if number is not None:
        assert ours.problem_with(number) is None
        assert ours.is_business(number)
