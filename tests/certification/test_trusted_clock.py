"""Nothing is issued or stamped by a clock that differs from its time source, or that nobody confirms."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.certification.generations import said_of, shown
from tests.certification.ordering import Order, settled, wait_for, workers

from senim.certification import orders, publication, status_files
from senim.certification.trusted_clock import ASK_EVERY_SECONDS, TrustedClock
from senim.pki.ocsp import CertStatus
from senim.runtime import authority_worker
from senim.settings import settings
from senim.time_sources import NoTime, Offset

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}


class World:
    """A clock, a monotonic clock and a source that a test moves."""

    def __init__(self) -> None:
        self.wall, self.monotonic, self.offset, self.asked = 1_000.0, 50.0, 0.0, 0
        self.silent = False

    def clock(self, source: str = "ntp://time.test") -> TrustedClock:
        return TrustedClock(
            source,
            timedelta(seconds=1),
            timedelta(minutes=30),
            ask=self.answer,
            now=lambda: self.wall,
            ticks=lambda: self.monotonic,
        )

    def answer(self, _: str) -> Offset:
        self.asked += 1
        if self.silent:
            raise NoTime("silent")
        return Offset(self.offset, 0.1)

    def wait(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


@pytest.fixture
def world() -> World:
    return World()


def looked(world: World) -> TrustedClock:
    clock = world.clock()
    clock.look()
    return clock


def test_a_clock_is_not_trusted_before_its_source_was_asked(world: World) -> None:
    assert "not been asked" in world.clock().doubt()
    assert looked(world).doubt() == ""


def test_without_a_source_nobody_is_asked_and_nothing_refused(world: World) -> None:
    clock = world.clock(source="")
    world.wall += 1_000_000
    clock.look()
    assert (clock.doubt(), world.asked) == ("", 0)


@pytest.mark.parametrize(("offset", "holds"), [(1.0, True), (-1.0, True), (1.2, False), (-1.2, False)])
def test_a_clock_may_differ_by_the_bound_and_the_margin_of_the_answer(
    world: World, offset: float, holds: bool
) -> None:
    world.offset = offset
    assert (looked(world).doubt() == "") is holds


@pytest.mark.parametrize("moved", [timedelta(days=40), timedelta(hours=-2), timedelta(seconds=2)])
def test_a_clock_that_is_set_is_noticed_at_once_and_trusted_again_when_confirmed(
    world: World, moved: timedelta
) -> None:
    clock = looked(world)
    world.wall += moved.total_seconds()
    assert "differs" in clock.doubt()
    world.wait(ASK_EVERY_SECONDS)
    world.offset = -moved.total_seconds()
    clock.look()
    assert "differs" in clock.doubt(), "the source says so too"
    world.wall -= moved.total_seconds()
    world.wait(ASK_EVERY_SECONDS)
    world.offset = 0
    clock.look()
    assert clock.doubt() == ""


def test_a_source_may_be_silent_for_the_configured_minutes(world: World) -> None:
    clock = looked(world)
    world.silent = True
    for minutes in range(30):
        world.wait(60)
        clock.look()
        assert clock.doubt() == "", minutes
    world.wait(60)
    assert "silent" in clock.doubt()
    world.silent = False
    clock.look()
    assert clock.doubt() == ""


def test_the_source_is_not_asked_in_every_moment(world: World) -> None:
    clock = looked(world)
    for _ in range(10):
        world.wait(1)
        clock.look()
    assert world.asked == 1


@pytest.mark.django_db(transaction=True)
def test_the_authority_issues_nothing_while_its_clock_is_in_doubt_but_publishes_revocations(
    authority, operator, monkeypatch
):
    alone = replace(settings, time_source="ntp://127.0.0.1:9", clock_unconfirmed_at_most=timedelta(0))
    holder, placed = authority.issue(**AIGERIM), Order(operator).place()
    authority.revoke(holder)
    with monkeypatch.context() as doubtful:
        doubtful.setattr(authority_worker, "settings", alone)
        with workers():
            wait_for(lambda: shown_status(authority, holder) is CertStatus.REVOKED)
            assert orders.outcome(placed).state == "pending"
    with workers():
        [outcome] = settled(placed)
    assert outcome.state == "issued"


def shown_status(authority, holder) -> CertStatus | None:
    if not status_files.current_number(publication.folder()):
        return None
    return said_of(shown(authority).statuses, holder.serial_number).status
