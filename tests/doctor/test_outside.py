"""What the doctor says of providers of SMS and of the operators' service."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from senim.notices import weights
from senim.notices.smpp.centres import Centre, centres
from senim.registries import owners
from senim.runtime.doctor.outside import HOST_AT_MOST
from senim.settings import Mode, settings

NOW = datetime.now(UTC)


def ids(found):
    return [(level, id_) for level, id_, _ in found]


def test_providers_that_take_messages_are_well(look, world):
    assert look("sms") == []


@pytest.mark.parametrize("known", [1, 2])
def test_a_provider_that_takes_no_connection_is_told_and_the_only_one_is_broken(
    look, world, free_ports, monkeypatch, known
):
    [port] = free_ports(1)
    away = Centre("second", "127.0.0.1", port, "senim", 50)
    listed = (centres()[0], away)[-known:]
    monkeypatch.setattr(weights, "centres", lambda: listed)
    found = ids(look("sms"))
    assert found == (
        [("WARNING", "sms.silent")]
        if known == 2
        else [("BROKEN", "sms.silent"), ("WARNING", "sms.one_provider")]
    )


def test_a_provider_that_failed_of_late_is_told_with_what_and_how_much_it_gets(look, world):
    first, _ = centres()
    weights.failed(first, problem="SMPP 0x00000058", at=NOW)
    [(level, id_, facts)] = look("sms", at=NOW + timedelta(seconds=1))
    assert (level, id_) == ("WARNING", "sms.failing")
    assert (facts["provider"], facts["problem"], facts["weight"]) == ("first", "SMPP 0x00000058", 40)
    assert look("sms", at=NOW + timedelta(minutes=11)) == []


def test_a_host_too_long_for_a_codes_last_line_is_told(look, world):
    assert look("sms", portal_host="p" * HOST_AT_MOST) == []
    assert ids(look("sms", portal_host="p" * (HOST_AT_MOST + 1))) == [("WARNING", "sms.long_host")]


def test_in_production_nobody_asked_about_numbers_is_a_warning(look, monkeypatch, tmp_path):
    assert look("subscribers", mode=Mode.PRODUCTION) == []
    (tmp_path / "owners.toml").write_text('[gbdfl]\nbin = "020940900141"\n')
    own = replace(settings, registry_owners=str(tmp_path / "owners.toml"))
    monkeypatch.setattr(owners, "settings", own)
    assert ids(look("subscribers", mode=Mode.PRODUCTION)) == [("WARNING", "subscribers.nobody_asked")]
    assert look("subscribers") == []


def test_an_operators_service_that_is_silent_is_told_like_a_registry(look, world):
    world.fault("subscribers", "down")
    [(level, id_, _)] = look("registries")
    assert (level, id_) == ("BROKEN", "registries.silent")
