"""Orders that are interrupted, fail or wait: carried on where they stopped, tried again in time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from tests.certification.ordering import AINUR, DANIYAR, Order
from tests.certification.test_records import interrupt

from senim.certification import ledger, orders, planning
from senim.certification.fulfilment import fulfil
from senim.certification.models import Certificate, CertifiedKey
from senim.certification.models import Order as Row
from senim.certification.revocation import revoke
from senim.journal.models import Entry
from senim.pki.crl import RevocationReason

MINUTE = timedelta(minutes=1)


@pytest.fixture
def now():
    return datetime.now(UTC)


def numbers(certificates):
    return {one.serial_number for one in certificates}


def recorded(order_id):
    return {int(one.serial_number, 16) for one in Certificate.objects.filter(order_id=order_id)}


def test_an_interrupted_order_is_carried_on_with_the_same_serial_numbers_and_time(
    authority, operator, now, monkeypatch
):
    order_id = Order(operator, at=now).place()
    interrupt(authority, monkeypatch, at=now)
    began = recorded(order_id)
    assert fulfil(authority.authority, at=now + MINUTE) == 1
    given = orders.outcome(order_id).certificates
    assert numbers(given) == began
    assert {one.not_before for one in given} == {now.replace(microsecond=0)}
    assert Entry.objects.filter(verb="certification.intend").count() == 1
    assert not Entry.objects.filter(verb="certification.abandon").exists()
    assert {one.issued_at for one in Certificate.objects.filter(order_id=order_id)} == {now + MINUTE}


def test_an_intent_that_says_something_else_than_we_would_now_is_given_up(
    authority, operator, now, monkeypatch
):
    order_id = Order(operator, at=now).place()
    interrupt(authority, monkeypatch, at=now)
    Certificate.objects.filter(order_id=order_id, purpose="auth").update(tbs_digest=bytes(32))
    other = {one.purpose: int(one.serial_number, 16) for one in Certificate.objects.filter(order_id=order_id)}
    assert fulfil(authority.authority, at=now + MINUTE) == 1
    signing, authentication = orders.outcome(order_id).certificates
    assert signing.serial_number == other["sign"]
    assert authentication.serial_number != other["auth"]
    given_up = Entry.objects.get(verb="certification.abandon")
    assert given_up.subject == f"certificate:{other['auth']:040x}"
    intended = Entry.objects.filter(verb="certification.intend").order_by("-at").first()
    assert intended.facts == {"certificates": {"auth": f"{authentication.serial_number:040x}"}}


def test_an_intent_revoked_meanwhile_is_not_revoked_again(authority, operator, now, monkeypatch):
    order_id = Order(operator, at=now).place()
    interrupt(authority, monkeypatch, at=now)
    number = min(recorded(order_id))
    revoke(serial_number=number, reason=RevocationReason.CESSATION_OF_OPERATION, at=now, actor="test")
    assert fulfil(authority.authority, at=now + MINUTE) == 1
    assert number not in numbers(orders.outcome(order_id).certificates)
    row = Certificate.objects.get(serial_number=f"{number:040x}")
    assert (row.revocation.reason, row.revocation.revoked_at) == ("cessationOfOperation", now)


def test_an_order_that_fails_is_tried_ever_more_seldom_but_each_hour(authority, operator, now, monkeypatch):
    monkeypatch.setattr(planning, "examine", lambda **_: 1 / 0)
    order_id = Order(operator, at=now).place()
    waits = []
    for attempt in range(1, 13):
        assert fulfil(authority.authority, at=now) == 0
        row = Row.objects.get(pk=order_id)
        assert (row.state, row.attempts) == ("pending", attempt)
        waits.append((row.next_try_at - now).total_seconds())
        assert fulfil(authority.authority, at=row.next_try_at - timedelta(seconds=1)) == 0
        assert Row.objects.get(pk=order_id).attempts == attempt
        now = row.next_try_at
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]


def test_a_failing_order_is_reported_by_its_number(authority, operator, now, monkeypatch, caplog):
    monkeypatch.setattr(planning, "examine", lambda **_: 1 / 0)
    order_id = Order(operator, at=now).place()
    fulfil(authority.authority, at=now)
    assert f"order {order_id} failed and waits" in caplog.text
    assert "a batch of 1 orders failed" in caplog.text


def test_a_database_that_goes_away_is_no_failure_of_the_order(authority, operator, now, monkeypatch):
    def gone(**_):
        raise OperationalError

    order_id = Order(operator, at=now).place()
    with monkeypatch.context() as broken:
        broken.setattr(planning, "examine", gone)
        with pytest.raises(OperationalError):
            fulfil(authority.authority, at=now)
    assert Row.objects.get(pk=order_id).attempts == 0
    assert fulfil(authority.authority, at=now) == 1


def test_the_order_placed_first_is_carried_out_first(authority, operator, now):
    second = Order(operator, subject=DANIYAR, at=now).place()
    first = Order(operator, at=now - MINUTE).place()
    assert fulfil(authority.authority, at=now, at_most=1) == 1
    assert [orders.outcome(one).state for one in (first, second)] == ["issued", "pending"]
    assert Row.objects.get(pk=first).settled_at == now


def test_an_order_is_not_carried_out_before_its_time(authority, operator, now):
    order_id = Order(operator, at=now).place()
    assert fulfil(authority.authority, at=now - timedelta(microseconds=1)) == 0
    assert fulfil(authority.authority, at=now) == 1
    assert orders.outcome(order_id).state == "issued"


@pytest.mark.parametrize(
    ("ahead", "now_it_is"), [(timedelta(hours=2), "pending"), (timedelta(days=40), "refused")]
)
def test_an_order_placed_by_a_clock_that_was_ahead_is_not_stuck_until_it_is_that_late(
    authority, operator, now, ahead, now_it_is
):
    """Two hours are waited for. An order of next month is refused, so that its operator confirms it again."""
    order_id = Order(operator, at=now + ahead).place()
    fulfil(authority.authority, at=now)
    outcome = orders.outcome(order_id)
    assert outcome.state == now_it_is
    assert outcome.refusal_text_id == ("certification.refusal.order_unreadable" * (now_it_is == "refused"))


def test_refused_and_issued_orders_of_one_batch_are_all_counted(authority, operator, now):
    refused = Order(authority.issue("operator_sign", **AINUR), at=now).place()
    issued = Order(operator, subject=DANIYAR, at=now).place()
    assert fulfil(authority.authority, at=now) == 2
    assert [orders.outcome(one).state for one in (refused, issued)] == ["refused", "issued"]


def test_the_certificates_of_an_order_are_known_by_person_and_key(authority, operator, now):
    order_id = Order(operator, subject=DANIYAR, at=now).place()
    fulfil(authority.authority, at=now)
    rows = Certificate.objects.filter(order_id=order_id)
    assert {(row.purpose, row.profile) for row in rows} == {
        ("sign", "individual_sign"),
        ("auth", "individual_auth"),
    }
    for row in rows:
        assert (row.issuer, row.iin, row.bin, row.label) == ("issuing", DANIYAR.iin, "", None)
        assert row.intended_at == row.issued_at == now
        key = CertifiedKey.objects.get(digest=row.key_digest)
        assert (key.holder, key.compromised_at) == (DANIYAR.iin, None)


def test_a_certificate_is_stored_once(authority, now):
    holder = authority.issue("operator_sign", **AINUR)
    row = Certificate.objects.get(serial_number=f"{holder.serial_number:040x}")
    assert not ledger.store(row, b"another", at=now)
    row.refresh_from_db()
    assert bytes(row.der) == holder.certificate


def test_a_key_belongs_to_whoever_claimed_it_first(db, now):
    digest = bytes(32)
    assert ledger.claim_key(digest, holder="one") == (True, False)
    assert ledger.claim_key(digest, holder="one") == (True, False)
    assert ledger.claim_key(digest, holder="other") == (False, False)
    CertifiedKey.objects.update(compromised_at=now)
    assert ledger.claim_key(digest, holder="one") == (True, True)
