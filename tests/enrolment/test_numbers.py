"""Application numbers: random, readable aloud, and wrong ones are noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senim.enrolment import numbers

NUMBERS = (
    st.integers(0, 10**11 - 1)
    .map(lambda value: f"{value:011d}")
    .map(lambda digits: digits + next(check for check in "0123456789" if numbers.read(digits + check)))
)


def test_a_new_number_has_twelve_digits_and_reads_back():
    number = numbers.new()
    assert len(number) == 12
    assert numbers.read(number) == number


def test_a_number_reads_back_as_it_is_shown():
    number = numbers.new()
    assert numbers.read(numbers.shown(number)) == number
    assert numbers.read(f" {number[:4]}-{number[4:8]}\u2011{number[8:]} ") == number


@given(NUMBERS, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number, place, shift):
    wrong = str((int(number[place]) + shift) % 10)
    assert numbers.read(number[:place] + wrong + number[place + 1 :]) is None


@given(NUMBERS, st.integers(0, 10))
def test_two_neighbours_swapped_are_noticed(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or numbers.read(swapped) is None


@pytest.mark.parametrize("text", ["", "1", "12345678901a", "1" * 13, "１２３４５６７８９０１２"])
def test_what_is_no_number_is_no_number(text):
    assert numbers.read(text) is None
