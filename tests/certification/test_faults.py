"""Faults in the middle of issuing and revoking: nothing signed unrecorded, nothing lost, nothing misdated."""

import errno
import resource
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import DatabaseError, OperationalError, connection
from tests.certification.generations import said_of, shown
from tests.certification.ordering import AIGERIM, Forked, Order, wait_for, workers
from tests.certification.test_worker_process import TOLD

from senim.certification import fulfilment, orders, publication, revocation
from senim.certification.ledger import digest_of
from senim.certification.lint import here
from senim.certification.models import Certificate, Revocation
from senim.certification.trusted_clock import TrustedClock
from senim.pki.certificates import SERIAL_NUMBER_BITS, new_serial_number, tbs_of
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus
from senim.runtime import authority_worker
from senim.time_sources import Offset

SAMPLE = 4_000
SIX_AND_A_HALF_SIGMA = 6.5 * SAMPLE**0.5 / 2
LAST_WRITES = {
    "the certificate": (
        "certification_certificate",
        "UPDATE",
        "NEW.der IS NOT NULL AND NEW.order_id IS NOT NULL",
    ),
    "the order's end": ("certification_order", "UPDATE", "NEW.state = 'issued'"),
    "the journal": ("journal_entry", "INSERT", "NEW.verb = 'certification.issue'"),
}


def carry_out(authority, *, at):
    return fulfilment.fulfil(authority.authority, at=at)


@pytest.fixture
def signed(monkeypatch):
    """Every certificate that the issuing key signed, whatever became of it."""
    made, real = [], fulfilment.issue

    def issue(*arguments):
        made.append(real(*arguments))
        return made[-1]

    monkeypatch.setattr(fulfilment, "issue", issue)
    return made


@pytest.fixture
def failing(transactional_db):
    """A database trigger that fails one write, until it is taken away."""

    def fail(table, event, when, *, code="raise_exception"):
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION 'broken on purpose' USING ERRCODE = '{code}'; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER broken BEFORE {event} ON {table} FOR EACH ROW WHEN ({when}) "
                "EXECUTE FUNCTION broken()"
            )

    def mend():
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION IF EXISTS broken CASCADE")

    yield fail, mend
    mend()


@pytest.mark.parametrize("write", LAST_WRITES)
def test_a_trigger_that_fails_the_last_write_leaves_the_certificate_known_and_revocable(
    failing, authority, operator, signed, write
):
    fail, mend = failing
    order = Order(operator)
    placed = order.place()
    fail(*LAST_WRITES[write])
    assert carry_out(authority, at=order.at) == 0
    assert orders.outcome(placed).state == "pending"
    known = {bytes(row.tbs_digest): row for row in Certificate.objects.filter(order_id=placed)}
    assert {tbs_digest(der) for der in signed} <= set(known), "signed, and on record before"
    victim = next(iter(known.values()))
    number = int(victim.serial_number, 16)
    revocation.revoke(serial_number=number, reason=RevocationReason.SUPERSEDED, at=order.at, actor="test")
    authority.publish(order.at)
    assert said_of(shown(authority).statuses, number).status is CertStatus.REVOKED
    mend()
    assert carry_out(authority, at=order.at + timedelta(minutes=1)) == 1
    issued = orders.outcome(placed).certificates
    assert len(issued) == 2
    assert number not in {one.serial_number for one in issued}


def tbs_digest(der):
    return digest_of(tbs_of(der))


@pytest.mark.parametrize("point", ["after_examination", "after_intent", "after_signature", "after_store"])
def test_a_database_that_goes_away_in_the_middle_leaves_nothing_signed_unrecorded(
    transactional_db, authority, operator, signed, monkeypatch, point
):
    order = Order(operator)
    placed = order.place()

    def lose(reached):
        if reached == point:
            with suppress(OperationalError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as broken:
        broken.setattr(fulfilment, "reached", lose)
        with pytest.raises(OperationalError):
            carry_out(authority, at=order.at)
    connection.close()
    before = {tbs_digest(der) for der in signed}
    assert before <= {bytes(row.tbs_digest) for row in Certificate.objects.all()}
    assert carry_out(authority, at=order.at) == 1
    issued = orders.outcome(placed).certificates
    assert {tbs_digest(der) for der in signed} == {tbs_digest(one.der) for one in issued}


def test_a_full_disk_of_the_database_is_no_fault_of_the_order(failing, authority, operator, signed):
    """The process ends, is started again, and goes on with the very same bytes."""
    fail, mend = failing
    order = Order(operator)
    placed = order.place()
    fail(*LAST_WRITES["the certificate"], code="disk_full")
    with pytest.raises(OperationalError, match="on purpose"):
        carry_out(authority, at=order.at)
    began = {bytes(row.tbs_digest) for row in Certificate.objects.filter(order_id=placed)}
    assert {tbs_digest(der) for der in signed} == began
    mend()
    assert carry_out(authority, at=order.at) == 1
    assert {tbs_digest(one.der) for one in orders.outcome(placed).certificates} == began


def test_a_revocation_whose_record_cannot_be_written_is_none(failing, authority):
    fail, mend = failing
    holder = authority.issue("individual_sign", iin=AIGERIM.iin, surname="А", given_name="Б")
    fail("journal_entry", "INSERT", "NEW.verb = 'certification.revoke'")
    with pytest.raises(DatabaseError):
        authority.revoke(holder)
    assert not Revocation.objects.exists()
    mend()
    authority.revoke(holder)
    authority.publish()
    assert said_of(shown(authority).statuses, holder.serial_number).status is CertStatus.REVOKED


@pytest.mark.parametrize("written", range(3))
def test_a_full_disk_leaves_the_shown_generation_and_is_made_up_for(db, authority, monkeypatch, written):
    authority.publish()
    before = shown(authority)
    holder = authority.issue("individual_sign", iin=AIGERIM.iin, surname="А", given_name="Б")
    authority.revoke(holder)
    room, real = [written], publication._write_file

    def write(place, content):
        if not room[0]:
            place.write_bytes(content[:7])
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= 1
        real(place, content)

    with monkeypatch.context() as full:
        full.setattr(publication, "_write_file", write)
        with pytest.raises(OSError, match="No space"):
            authority.publish()
    assert shown(authority).number == before.number
    assert authority.publish() == before.number + 1
    assert said_of(shown(authority).statuses, holder.serial_number).status is CertStatus.REVOKED


def test_half_a_generation_that_found_no_room_is_not_shown_and_nobody_is_handed_what_it_held(
    transactional_db, authority, operator
):
    """The kernel cuts every file off after 300 bytes."""
    authority.publish()
    before, placed = shown(authority).number, Order(operator).place()

    def without_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
        return authority_worker.main()

    assert Forked(without_room).wait() == 1
    assert orders.outcome(placed).state == "issued"
    assert (shown(authority).number, told()) == (before, None)
    with workers():
        wait_for(lambda: told() == 1)
    assert shown(authority).number == before + 1
    for one in orders.outcome(placed).certificates:
        assert said_of(shown(authority).statuses, one.serial_number).status is CertStatus.GOOD


def told():
    """Of how many orders enrolment was told that their certificates can be handed out."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD)
        return cursor.fetchone()[0]


@pytest.mark.parametrize("wrong_by", [timedelta(days=40), timedelta(hours=-2)])
def test_by_a_wrong_clock_nothing_is_issued_and_lists_are_dated_by_the_time_source(
    db, authority, operator, caplog, wrong_by
):
    placed = Order(operator).place()
    holder = authority.issue("individual_sign", iin=AIGERIM.iin, surname="А", given_name="Б")
    authority.revoke(holder)
    right = datetime.now(UTC)
    clock = TrustedClock(
        "ntp://time.test",
        timedelta(seconds=1),
        timedelta(minutes=30),
        ask=lambda _: Offset(-wrong_by.total_seconds(), 0.1),
    )
    stop = threading.Event()

    def wait():
        stop.set()
        return False

    with time_machine.travel(right + wrong_by, tick=True):
        authority_worker.work(authority.authority, stop=stop, wait=wait, clock=clock, linter=here)
    assert orders.outcome(placed).state == "pending"
    generation = shown(authority)
    assert abs(generation.manifest.this_update - right) < timedelta(minutes=1)
    assert said_of(generation.statuses, holder.serial_number).status is CertStatus.REVOKED
    assert "nothing is issued or stamped: the clock differs from its time source" in caplog.text
    assert not generation.is_fresh(right + timedelta(days=40))
    assert not generation.is_fresh(right - timedelta(hours=2)), "a reader with that clock answers nothing"


def test_serial_numbers_are_twenty_octets_of_158_even_and_independent_bits():
    """Each bit is set in about half of them, and as often as not differs from the number before: within 6.5
    standard deviations, so that chance fails this once in 40 million runs."""
    numbers = [new_serial_number() for _ in range(SAMPLE)]
    assert len(set(numbers)) == SAMPLE
    assert {number.bit_length() for number in numbers} == {SERIAL_NUMBER_BITS}
    changes = [one ^ other for one, other in pairwise(numbers)]
    for sample in (numbers, changes):
        for bit in range(SERIAL_NUMBER_BITS - 1):
            how_often = sum(number >> bit & 1 for number in sample)
            assert abs(how_often - SAMPLE / 2) < SIX_AND_A_HALF_SIGMA
