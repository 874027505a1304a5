"""Services exist while their rule is in force."""

from dataclasses import replace
from datetime import date

import pytest
from tests.accounts.citizen import words

from senim import rulebook


@pytest.fixture
def repealed(monkeypatch):
    """A rule that ended yesterday, as far as the rulebook says."""

    def end(name):
        rules = tuple(
            replace(rule, until=date(2025, 1, 1)) if rule.name == name else rule for rule in rulebook.rules()
        )
        monkeypatch.setattr(rulebook, "rules", lambda: rules)

    return end


@pytest.mark.clause("PH-4")
def test_no_number_is_connected_by_a_rule_that_is_repealed(inside, repealed):
    repealed("subscriber_number_2024")
    answer = inside.ask_for_code()
    assert answer.status_code == 409
    assert "cannot be connected through the portal" in words(answer)


@pytest.mark.clause("PT-4.2")
def test_nobody_signs_in_by_a_rule_that_is_repealed(aigerim, repealed):
    repealed("portal_sign_in_by_signature")
    answer = aigerim.sign_in()
    assert answer.status_code == 409
    assert "not offered at present" in words(answer)
