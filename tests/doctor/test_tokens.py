"""The tokens of the authority and its responders, as the doctor sees them without a PIN."""

from dataclasses import replace
from datetime import UTC, datetime

import pkcs11
import pytest
from tests.softhsm import MODULE, PIN, folder_of_tokens, make, pulled_out

from senim.runtime.doctor import tokens
from senim.runtime.doctor.findings import Case, Level
from senim.settings import KeyPlace, Settings


@pytest.fixture
def case(tmp_path, monkeypatch):
    with folder_of_tokens(tmp_path, monkeypatch):
        for holder in ("authority", "responders"):
            make(f"senim-{holder}")
        settings = Settings(home=tmp_path, keys=KeyPlace.PKCS11, pkcs11_module=MODULE)
        yield Case(settings, datetime.now(UTC))


def found(case):
    return [(finding.level, finding.id, finding.facts["token"]) for finding in tokens.tokens(case)]


def test_tokens_that_answer_are_well_and_files_are_not_asked(case):
    assert found(case) == []
    assert found(replace(case, settings=replace(case.settings, keys=KeyPlace.FILES, pkcs11_module=""))) == []


def test_a_token_that_is_away_is_broken(case):
    with pulled_out(case.settings.home / "tokens"):
        names = ("senim-authority", "senim-responders")
        assert found(case) == [(Level.BROKEN, "tokens.away", name) for name in names]


def test_a_wrong_pin_is_noticed_until_the_right_one_was_given(case):
    token = pkcs11.lib(MODULE).get_token(token_label="senim-authority")
    with pytest.raises(pkcs11.PinIncorrect):
        token.open(user_pin="0000")
    assert found(case) == [(Level.WARNING, "tokens.pin_refused", "senim-authority")]
    token.open(user_pin=PIN).close()
    assert found(case) == []


def test_a_locked_pin_is_broken(case, monkeypatch):
    monkeypatch.setattr(tokens, "flags_of", lambda module, label: pkcs11.TokenFlag.USER_PIN_LOCKED)
    assert found(case)[0] == (Level.BROKEN, "tokens.locked", "senim-authority")


def test_every_finding_is_said_with_its_remedy(case, monkeypatch):
    monkeypatch.setattr(tokens, "flags_of", lambda module, label: pkcs11.TokenFlag.USER_PIN_FINAL_TRY)
    [said, _] = tokens.tokens(case)
    assert "passphrase-authority" in said.mend.in_language("kk")
    assert "senim-authority" in said.what.in_language("ru")
