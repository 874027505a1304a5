"""The time source answers as RFC 4330 says, and is wrong in every way a real one can be."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from tests.peers.node import told_by
from tests.sandbox.sntp import QUESTION_STAMP, ask_the_time, open_socket, question
from tests.world import RunningWorld

from senim.time_sources import NoTime, ask
from senim_sandbox.time_source import stamp


def off_by(world: RunningWorld) -> timedelta:
    return ask_the_time(world).transmitted - datetime.now(UTC)


@pytest.mark.parametrize("version", [3, 4])
def test_it_tells_the_time_in_the_askers_version(world: RunningWorld, version: int) -> None:
    before = datetime.now(UTC)
    told = ask_the_time(world, version)
    assert (told.leap, told.version, told.mode, told.stratum) == (0, version, 4, 1)
    assert told.originate == QUESTION_STAMP
    assert abs(told.transmitted - before) < timedelta(seconds=2)
    assert told.received <= told.transmitted


@pytest.mark.parametrize("junk", [b"", b"x" * 47, b"\x24" + bytes(47), question(1), question(7)])
def test_whoever_asks_wrongly_is_not_answered(world: RunningWorld, junk: bytes) -> None:
    with open_socket(0.3) as asking:
        asking.sendto(junk, ("127.0.0.1", world.configuration.port))
        with pytest.raises(TimeoutError):
            asking.recv(100)


def test_a_source_that_is_down_says_nothing(world: RunningWorld) -> None:
    world.fault("time", "down")
    with open_socket(0.3) as asking:
        asking.sendto(question(), ("127.0.0.1", world.configuration.port))
        with pytest.raises(TimeoutError):
            asking.recv(100)
    world.fault("time", "ok")
    assert ask_the_time(world)


def test_a_slow_source_answers_late(world: RunningWorld) -> None:
    world.fault("time", "slow", seconds=0.4)
    began = time.monotonic()
    ask_the_time(world)
    assert time.monotonic() - began >= 0.4


@pytest.mark.parametrize("seconds", [600.0, -90.5])
def test_a_clock_that_is_off_says_so_confidently(world: RunningWorld, seconds: float) -> None:
    world.fault("time", "off", seconds=seconds)
    assert abs(off_by(world).total_seconds() - seconds) < 2
    assert ask_the_time(world).stratum == 1


def test_an_unsynchronised_clock_raises_the_alarm(world: RunningWorld) -> None:
    world.fault("time", "unsynchronised")
    told = ask_the_time(world)
    assert (told.leap, told.stratum) == (3, 0)


def test_an_answer_to_another_question_repeats_another_stamp(world: RunningWorld) -> None:
    world.fault("time", "other")
    assert ask_the_time(world).originate != QUESTION_STAMP


def test_garbage_is_shorter_than_a_packet(world: RunningWorld) -> None:
    world.fault("time", "garbage")
    with open_socket() as asking:
        asking.sendto(question(), ("127.0.0.1", world.configuration.port))
        assert len(asking.recv(100)) < 48


def test_duplicated_answers_come_twice(world: RunningWorld) -> None:
    world.fault("time", "duplicated")
    with open_socket() as asking:
        asking.sendto(question(), ("127.0.0.1", world.configuration.port))
        assert asking.recv(100) == asking.recv(100)


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 2_208_988_800),
        (datetime(2036, 2, 7, 6, 28, 16, tzinfo=UTC), 0),
    ],
    ids=["1970", "the era ends"],
)
def test_a_stamp_counts_from_1900_and_wraps_in_2036(moment: datetime, seconds: int) -> None:
    assert int.from_bytes(stamp(moment)[:4], "big") == seconds
    assert stamp(moment + timedelta(milliseconds=500))[4:] == b"\x80\x00\x00\x00"


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("ok", {"mode": "server", "stratum": "primary", "leapIndicator": "no-warning"}),
        ("unsynchronised", {"stratum": "death", "leapIndicator": "alarm"}),
        ("off", {"mode": "server", "stratum": "primary"}),
        ("garbage", {"problem": "Invalid server response"}),
        ("other", {"problem": "Wrong originate timestamp"}),
        ("down", {"problem": "Timeout"}),
    ],
)
def test_a_client_of_other_hands_reads_it_so(world: RunningWorld, mode: str, said: dict[str, object]) -> None:
    world.fault("time", mode, seconds=600 if mode == "off" else 0)
    told = told_by("sntp.js", str(world.configuration.port), "1000")
    assert {name: told.get(name) for name in said} == said
    if mode in {"ok", "off"}:
        assert abs(told["t"] - (600_000 if mode == "off" else 0)) < 2000


class TestTheDoctorsQuestion:
    """What `senim doctor` makes of it: a difference, or that nobody reliable answered."""

    @pytest.mark.parametrize(
        ("mode", "seconds", "difference"),
        [("ok", 0, 0), ("duplicated", 0, 0), ("slow", 0.5, 0), ("off", 600, 600), ("off", -90.5, -90.5)],
    )
    def test_a_difference_is_measured(
        self, world: RunningWorld, mode: str, seconds: float, difference: float
    ) -> None:
        world.fault("time", mode, seconds=seconds)
        offset = ask(f"ntp://127.0.0.1:{world.configuration.port}")
        assert abs(offset.seconds - difference) - offset.margin < 0.5

    def test_a_moved_clock_of_the_sandbox_is_a_difference_too(self, world: RunningWorld) -> None:
        world.move_clock(ahead_seconds=7200)
        assert abs(ask(f"ntp://127.0.0.1:{world.configuration.port}").seconds - 7200) < 2

    @pytest.mark.parametrize(
        ("mode", "reason"),
        [
            ("down", "TimeoutError"),
            ("garbage", "not a time packet"),
            ("other", "not an answer to our question"),
            ("unsynchronised", "does not know the time"),
        ],
    )
    def test_an_answer_one_cannot_rely_on_is_no_answer(
        self, world: RunningWorld, mode: str, reason: str
    ) -> None:
        world.fault("time", mode)
        with pytest.raises(NoTime, match=reason):
            ask(f"ntp://127.0.0.1:{world.configuration.port}")
        world.fault("time", "ok")
        assert ask(f"ntp://127.0.0.1:{world.configuration.port}")
