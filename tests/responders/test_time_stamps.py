"""No time-stamp leaves before it is noted; none is given where it cannot be."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from senim.certification import time_stamp_spool as spool
from senim.certification.time_stamps import folder
from senim.certification.trusted_clock import TrustedClock
from senim.pki import timestamps
from senim.settings import settings
from senim.time_sources import NoTime

QUESTION = timestamps.build_request(timestamps.TimeStampRequest("sha256", hashlib.sha256(b"data").digest()))


@pytest.fixture(autouse=True)
def empty_spool():
    spool.clear_drafts(folder())
    for file in folder().iterdir():
        file.unlink()


def stamp(content):
    tsa = (settings.home / "certificates" / "tsa.cer").read_bytes()
    token = timestamps.token_of(content)
    return token, timestamps.verify(token, data=b"data", certificate=tsa)


def test_a_token_is_in_the_spool_when_it_is_given(responders):
    token, said = stamp(responders("POST", "/tsa", QUESTION).content)
    [file] = spool.waiting(folder(), at_most=10)
    noted = spool.read(file)
    assert noted.serial_number == said.serial_number
    assert noted.digest == hashlib.sha256(token).digest()
    assert abs(noted.gen_time - said.gen_time) < timedelta(seconds=1)
    assert abs(noted.gen_time - datetime.now(UTC)) < timedelta(seconds=30)


def test_serial_numbers_differ(responders):
    given = [stamp(responders("POST", "/tsa", QUESTION).content)[1].serial_number for _ in range(20)]
    assert len(set(given)) == len(list(spool.waiting(folder(), at_most=100))) == 20


def test_a_token_that_cannot_be_noted_is_not_given(responders, monkeypatch, caplog):
    monkeypatch.setattr(spool.os, "fsync", full)
    answer = responders("POST", "/tsa", QUESTION).content
    assert answer == timestamps.refuse(timestamps.PkiFailureInfo.SYSTEM_FAILURE)
    assert list(folder().iterdir()) == []
    assert "could not be noted" in caplog.text


def full(_):
    raise OSError(28, "No space left on device")


def test_nothing_is_stamped_while_the_clock_is_in_doubt(responders):
    def silent(_):
        raise NoTime("silent")

    clock = TrustedClock("ntp://time.test", timedelta(seconds=1), timedelta(0), ask=silent)
    clock.look()
    responders.application._clock = clock
    refused = timestamps.refuse(timestamps.PkiFailureInfo.TIME_NOT_AVAILABLE)
    assert responders("POST", "/tsa", QUESTION).content == refused
    assert list(folder().iterdir()) == []
