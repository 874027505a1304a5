"""The sandbox's clock: moved by an integrator, it carries registries, receipts and the time source along."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.loops import run
from tests.sandbox.sntp import ask_the_time
from tests.world import RunningWorld

from senim_sandbox.clock import Clock, WrongTime

A_DAY = timedelta(days=1)


def move(world: RunningWorld, **wanted: object) -> httpx.Response:
    return httpx.put(f"{world.url}/clock.json", json=wanted)


def told(world: RunningWorld) -> datetime:
    return datetime.fromisoformat(httpx.get(f"{world.url}/clock.json").json()["now"])


def near(moment: datetime, expected: datetime) -> bool:
    return abs(moment - expected) < timedelta(seconds=5)


def test_the_clock_goes_on_from_where_it_was_put(world: RunningWorld) -> None:
    assert move(world, now="2030-05-01T12:00:00+05:00").status_code == 200
    first = told(world)
    assert near(first, datetime(2030, 5, 1, 7, tzinfo=UTC))
    assert told(world) > first
    assert move(world, ahead_seconds=-86400).json()["ahead_seconds"] == -86400
    assert near(told(world), datetime.now(UTC) - A_DAY)


@pytest.mark.parametrize(
    "wanted",
    [{}, {"now": "soon"}, {"now": "2030-05-01T12:00:00"}, {"ahead_seconds": 1e12}, {"ahead_seconds": "nan"}],
    ids=["nothing", "no date", "no offset", "too far", "no number"],
)
def test_a_time_that_cannot_be_is_refused(world: RunningWorld, wanted: dict[str, object]) -> None:
    assert move(world, **wanted).status_code == 422
    assert near(told(world), datetime.now(UTC))


def test_a_reset_puts_the_clock_right(world: RunningWorld) -> None:
    move(world, ahead_seconds=7200)
    world.reset()
    assert near(told(world), datetime.now(UTC))


def test_a_message_and_the_time_source_go_by_it(world: RunningWorld) -> None:
    move(world, ahead_seconds=7200)
    world.write("+77015550101", to="1414", text="Сағат неше?")
    assert near(world.messages("+77015550101")[0].at, datetime.now(UTC) + timedelta(hours=2))
    assert near(ask_the_time(world).transmitted, datetime.now(UTC) + timedelta(hours=2))


def test_whoever_waits_for_a_moment_wakes_when_the_clock_is_moved_past_it() -> None:
    async def waiting() -> None:
        clock = Clock()
        waiter = asyncio.create_task(clock.wait_until(clock.now() + A_DAY))
        await asyncio.sleep(0)
        clock.move(timedelta(hours=1))
        await asyncio.sleep(0.01)
        assert not waiter.done()
        clock.move(A_DAY)
        await asyncio.wait_for(waiter, 2)

    run(waiting())


def test_nobody_looks_further_than_a_lifetime() -> None:
    with pytest.raises(WrongTime):
        Clock().move(timedelta(days=30_000))
