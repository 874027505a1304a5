"""What the journal says of the authority's verbs: who, by which clause, about what, and the facts."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from django.db import connection
from tests.authority import plan_without_people
from tests.certification.ordering import AINUR, Order

from senim.certification import ceremony, ledger, orders
from senim.certification import time_stamp_spool as spool
from senim.certification.fulfilment import fulfil
from senim.certification.models import Certificate, Revocation
from senim.certification.revocation import revoke
from senim.certification.time_stamps import folder, journal_spooled
from senim.journal.models import Entry
from senim.pki.crl import RevocationReason

WORKER = "process:authority"


@pytest.fixture
def now():
    return datetime.now(UTC)


def the(verb):
    """The one record of this verb."""
    return Entry.objects.get(verb=verb)


def who_and_why(entry):
    return entry.actor, entry.clause, entry.subject


def tables(entry):
    return sorted(statement["table"].removeprefix("certification_") for statement in entry.changed)


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, coalesce(args->>'order', args->>'orders') FROM procrastinate_jobs")
        return cursor.fetchall()


def test_an_order_is_on_record_from_its_placing_to_its_certificates(authority, operator, now):
    order = Order(operator, at=now)
    order_id = order.place()
    placed = the("certification.place")
    assert who_and_why(placed) == ("", "CA-6.P9", f"order:{order_id}")
    assert (placed.at, tables(placed)) == (order.at, ["order"])
    assert placed.facts == {"document": hashlib.sha256(order.document()).hexdigest()}

    fulfil(authority.authority, at=now)
    given = dict(zip(("sign", "auth"), orders.outcome(order_id).certificates, strict=True))
    intended, issued = the("certification.intend"), the("certification.issue")
    for entry in (intended, issued):
        assert who_and_why(entry) == (WORKER, "CA-6.P11", f"order:{order_id}")
        assert entry.at == now
    numbers = {purpose: f"{one.serial_number:040x}" for purpose, one in given.items()}
    assert intended.facts == {"certificates": numbers}
    assert tables(intended) == ["certificate", "certificate", "certifiedkey", "certifiedkey"]
    assert issued.facts == {
        "certificates": {
            purpose: {"serial_number": numbers[purpose], "tbs": digest_of_tbs(one.der)}
            for purpose, one in given.items()
        }
    }
    assert tables(issued) == ["certificate", "certificate", "order"]
    assert jobs() == []
    authority.publish(now)
    assert jobs() == [("enrolment.orders_settled", f'["{order_id}"]')]


def digest_of_tbs(der):
    return hashlib.sha256(x509.load_der_x509_certificate(der).tbs_certificate_bytes).hexdigest()


def test_a_refusal_is_on_record_with_its_reason_and_told_to_enrolment(authority, now):
    order_id = Order(authority.issue("operator_sign", **AINUR), at=now).place()
    fulfil(authority.authority, at=now)
    refused = the("certification.refuse")
    assert who_and_why(refused) == (WORKER, "CA-6.P10", f"order:{order_id}")
    assert (refused.at, tables(refused)) == (now, ["order"])
    assert refused.facts == {"refusal": "certification.refusal.operator_differs"}
    assert jobs() == [("enrolment.order_settled", str(order_id))]
    assert not Entry.objects.filter(verb__in=["certification.intend", "certification.issue"]).exists()


@pytest.mark.parametrize(
    ("reason", "also"),
    [(RevocationReason.SUPERSEDED, []), (RevocationReason.KEY_COMPROMISE, ["certifiedkey"])],
)
def test_a_revocation_is_on_record_with_its_reason(authority, operator, now, reason, also):
    done = revoke(serial_number=operator.serial_number, reason=reason, at=now, actor="console:somebody")
    assert (done.serial_number, done.profile) == (operator.serial_number, "operator_sign")
    assert (done.revoked_at, done.reason) == (now, reason)
    revoked = the("certification.revoke")
    subject = f"certificate:{operator.serial_number:040x}"
    assert who_and_why(revoked) == ("console:somebody", "CA-8.P3b", subject)
    assert (revoked.at, tables(revoked)) == (now, [*also, "revocation"])
    assert revoked.facts == {"reason": reason.value, "profile": "operator_sign"}
    assert Revocation.objects.get().actor == "console:somebody"


def test_an_interrupted_certificate_that_is_given_up_is_on_record_and_revoked(
    authority, operator, now, monkeypatch
):
    order_id = Order(operator, at=now).place()
    interrupt(authority, monkeypatch, at=now)
    began = {one.serial_number: one for one in Certificate.objects.filter(order_id=order_id)}
    authority.revoke(operator, now)
    later = now + timedelta(minutes=1)
    assert fulfil(authority.authority, at=later) == 1
    assert orders.outcome(order_id).refusal_text_id == "certification.refusal.operator_certificate_revoked"
    given_up = Entry.objects.filter(verb="certification.abandon")
    assert {entry.subject for entry in given_up} == {f"certificate:{number}" for number in began}
    for entry in given_up:
        assert (entry.actor, entry.clause, entry.at) == (WORKER, "CA-6.C3", later)
        assert entry.facts == {"reason": "superseded", "order": str(order_id)}
        assert tables(entry) == ["certificate", "revocation"]
    for number in began:
        left = Certificate.objects.get(serial_number=number)
        assert (left.order_id, left.purpose, left.der) == (None, "", None)
        taken_back = left.revocation
        assert (taken_back.reason, taken_back.revoked_at) == ("superseded", later)
        assert taken_back.actor == WORKER


def interrupt(authority, monkeypatch, *, at):
    """The worker records its intents and dies of its first write after them."""
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "store_each", lambda *_, **__: 1 / 0)
        assert fulfil(authority.authority, at=at) == 0


def test_a_time_stamp_is_on_record_with_its_time_and_digest(db):
    at = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    spool.clear_drafts(folder())
    for left in folder().iterdir():
        left.unlink()
    spool.put(folder(), spool.Token(77, at, b"d" * 32))
    journal_spooled(at=at + timedelta(seconds=2))
    entry = the("certification.time_stamp")
    assert who_and_why(entry) == ("process:responders", "RFC 3161", f"time_stamp:{77:040x}")
    assert (entry.at, tables(entry)) == (at + timedelta(seconds=2), ["timestamp"])
    assert entry.facts == {"gen_time": "2026-11-22T03:00:00+00:00", "sha256": (b"d" * 32).hex()}


def test_what_an_earlier_ceremony_made_is_on_record_in_a_new_database(ceremony_performed, db):
    ceremony.adopt(plan_without_people())
    adopted = {entry.subject: entry for entry in Entry.objects.filter(verb="certification.adopt")}
    rows = Certificate.objects.all()
    assert set(adopted) == {f"certificate:{row.serial_number}" for row in rows}
    assert {row.label for row in rows} >= {"root", "issuing", "ocsp", "tsa"}
    for row in rows:
        entry, said = (
            adopted[f"certificate:{row.serial_number}"],
            x509.load_der_x509_certificate(bytes(row.der)),
        )
        assert (entry.actor, entry.clause) == ("ceremony", "CA-5.15")
        assert entry.at == row.not_before == row.intended_at == row.issued_at == said.not_valid_before_utc
        assert row.not_after == said.not_valid_after_utc
        assert entry.facts == {"profile": row.profile, "tbs": digest_of_tbs(bytes(row.der))}
        assert tables(entry) == ["certificate", "certifiedkey"]
        assert bytes(row.tbs_digest).hex() == entry.facts["tbs"]
        assert row.issuer == ("root" if row.label in {"root", "issuing"} else "issuing")
    ceremony.adopt(plan_without_people())
    assert Entry.objects.filter(verb="certification.adopt").count() == len(adopted)
