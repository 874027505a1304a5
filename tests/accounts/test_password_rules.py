"""Which passwords are taken, and the two lists of leaked ones."""

import hashlib
import random
from dataclasses import replace

import pytest

from senim.accounts import leaked_passwords
from senim.accounts.leaked_passwords import has_leaked
from senim.accounts.password_rules import HARD_ENOUGH, PasswordLeaked, bits, check
from senim.settings import settings

ABOUT = ["Сәрсенова", "Айгерім", "940308492147", "940308", "+77015550101", "senim"]


@pytest.mark.parametrize(
    "password",
    [
        "жеті көк қарға ұшты",
        "correct horse battery",
        "a long walk by the sea",
        "vK9!fq2Lm#x7",
        "йцукен и ещё три слова",
    ],
)
def test_long_and_uncommon_is_enough(password):
    assert check(password, about=ABOUT) == password


@pytest.mark.parametrize(
    "password",
    [
        "password password",
        "Passw0rd1234",
        "аааааааааааааааа",
        "123456789012345678",
        "qwertyuiopasdfgh",
        "йцукенгшщзхъфыва",
        "abcdefghijklmnop",
        "940308492147",
        "Айгерім940308",
        "СәрсеноваАйгерім!",
        "+77015550101!",
        "senimsenimsenim",
        "200019991998",
    ],
)
def test_words_runs_and_what_is_known_of_a_person_are_easy(password):
    assert bits(password, about=ABOUT) < HARD_ENOUGH


def test_a_long_password_is_judged_quickly_and_by_its_cheapest_parts():
    assert bits("qwerty" * 21, about=ABOUT) <= bits("qwerty" * 10, about=ABOUT) + 11 * 14
    assert bits("xkqjzvw" * 18, about=ABOUT) > HARD_ENOUGH


@pytest.fixture
def leaked(tmp_path, monkeypatch):
    """A file as an operator would give it."""

    def write(passwords):
        file = tmp_path / "leaked.txt"
        digests = sorted(hashlib.sha1(each.encode()).hexdigest().upper() for each in passwords)
        file.write_text("".join(f"{digest}:{place}\r\n" for place, digest in enumerate(digests)))
        monkeypatch.setattr(leaked_passwords, "settings", replace(settings, leaked_passwords=str(file)))

    return write


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 500])
def test_every_line_of_the_operators_file_is_found_and_nothing_else(leaked, size):
    passwords = [f"a leaked password {place}" for place in range(size)]
    leaked(passwords)
    assert all(map(has_leaked, passwords))
    picked = random.Random(size)
    assert not any(has_leaked(f"another {picked.random()}") for _ in range(50))


def test_a_password_of_the_operators_file_is_refused(leaked):
    leaked(["жеті көк қарға ұшты"])
    with pytest.raises(PasswordLeaked):
        check("жеті көк қарға ұшты", about=[])


def test_a_file_that_is_not_there_lets_no_password_pass(monkeypatch):
    monkeypatch.setattr(leaked_passwords, "settings", replace(settings, leaked_passwords="/nowhere"))
    with pytest.raises(OSError, match="nowhere"):
        has_leaked("жеті көк қарға ұшты")
