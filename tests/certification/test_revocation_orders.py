"""Orders to revoke: what the authority makes of bytes that claim to be one."""

import json

import pytest
from django.utils import timezone

from senim.certification import revocation_orders
from senim.certification.models import Revocation, RevocationOrder
from senim.pki.crl import RevocationReason

pytestmark = pytest.mark.django_db
NUMBER, OPERATOR, HOLDER = "123456789012", "900101300017", "940308492147"
NAMES = {"surname": "Оспанов", "given_name": "Дәурен"}


@pytest.fixture
def holder(authority):
    return authority.issue("individual_sign", iin=HOLDER, surname="Сәрсенова", given_name="Айгерім")


@pytest.fixture
def operator(authority):
    return authority.issue("operator_sign", iin=OPERATOR, **NAMES)


def document(holder, **changes) -> bytes:
    facts = {
        "application_number": NUMBER,
        "iin": HOLDER,
        "serial_numbers": [holder.serial_number],
        "reason": RevocationReason.SUPERSEDED,
        "operator_iin": OPERATOR,
        "at": timezone.now(),
    }
    return revocation_orders.document(**{**facts, **changes})


def carried_out(content: bytes, by, *, number: str = NUMBER) -> RevocationOrder:
    at = timezone.now()
    revocation_orders.place(
        application_number=number, document=content, operator_signature=by.sign(content), at=at
    )
    assert revocation_orders.carry_out(at=at) == 1
    return RevocationOrder.objects.get()


def test_an_order_in_order_revokes_for_its_reason(holder, operator):
    assert carried_out(document(holder), operator).state == RevocationOrder.CARRIED_OUT
    revoked = Revocation.objects.get()
    assert revoked.reason == RevocationReason.SUPERSEDED
    assert revoked.actor.startswith("revocation-order:")
    assert revocation_orders.carry_out(at=timezone.now()) == 0


@pytest.mark.clause("CA-10.T7", "CA-10.T8")
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"application_number": "999999999999"}, "revocation_order_unreadable"),
        ({"reason": RevocationReason.CERTIFICATE_HOLD}, "revocation_order_unreadable"),
        ({"iin": "850101300012"}, "certificate_of_another"),
        ({"iin": OPERATOR}, "own_application"),
        ({"operator_iin": "850101300012"}, "operator_differs"),
        ({"serial_numbers": [77]}, "certificate_of_another"),
        ({"at": timezone.datetime(2100, 1, 1, tzinfo=timezone.timezone.utc)}, "revocation_order_unreadable"),
    ],
    ids=["number", "hold", "another's", "own", "operator", "unknown", "future"],
)
def test_an_order_that_says_something_else_revokes_nothing(holder, operator, change, refusal):
    order = carried_out(document(holder, **change), operator)
    assert order.refusal_text_id == f"certification.refusal.{refusal}"
    assert not Revocation.objects.exists()


@pytest.mark.clause("CA-10.T8")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: {**said, "serial_numbers": []},
        lambda said: {**said, "serial_numbers": said["serial_numbers"] * 2},
        lambda said: {**said, "serial_numbers": [7]},
        lambda said: {**said, "serial_numbers": ["ff"]},
        lambda said: {**said, "reason": "removeFromCRL"},
        lambda said: {**said, "at": "2026-11-22T10:00:00"},
        lambda said: {**said, "more": 1},
        lambda said: {**said, "kind": "senim certificate order 1"},
        lambda said: [said],
    ],
    ids=["none", "twice", "number", "short", "reason", "no-zone", "more", "kind", "list"],
)
def test_what_is_no_order_is_refused_however_well_it_is_signed(holder, operator, spoil):
    said = spoil(json.loads(document(holder)))
    content = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    order = carried_out(content, operator)
    assert order.refusal_text_id == "certification.refusal.revocation_order_unreadable"


def test_a_signature_over_another_order_is_none(holder, operator):
    at, content = timezone.now(), document(holder)
    signature = operator.sign(document(holder, reason=RevocationReason.KEY_COMPROMISE))
    revocation_orders.place(application_number=NUMBER, document=content, operator_signature=signature, at=at)
    revocation_orders.carry_out(at=at)
    refused = RevocationOrder.objects.get().refusal_text_id
    assert refused == "certification.refusal.operator_signature_invalid"


def test_all_are_revoked_or_none(holder, operator, authority):
    second = authority.issue("individual_auth", iin=HOLDER, surname="Сәрсенова", given_name="Айгерім")
    authority.revoke(second)
    both = [holder.serial_number, second.serial_number]
    order = carried_out(document(holder, serial_numbers=both), operator)
    assert order.refusal_text_id == "certification.refusal.certificate_revoked_before"
    assert Revocation.objects.count() == 1


def test_an_application_has_one_order(holder, operator):
    carried_out(document(holder), operator)
    with pytest.raises(revocation_orders.RevocationOrderedBefore):
        revocation_orders.place(
            application_number=NUMBER, document=b"", operator_signature=b"", at=timezone.now()
        )


def test_one_that_fails_unexpectedly_waits_and_stops_no_other(holder, operator, monkeypatch):
    at, content = timezone.now(), document(holder)
    revocation_orders.place(
        application_number=NUMBER, document=content, operator_signature=operator.sign(content), at=at
    )
    with monkeypatch.context() as broken:
        broken.setattr(revocation_orders, "_revoke", lambda *_, **__: 1 / 0)
        assert revocation_orders.carry_out(at=at) == 0
    assert revocation_orders.carry_out(at=at) == 0
    assert revocation_orders.carry_out(at=at + revocation_orders.TRY_AGAIN_AFTER) == 1
