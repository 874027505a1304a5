"""The text an operator signs has one spelling; what differs from it in anything is no order."""

import hashlib
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.certification.ordering import AIGERIM, DAUREN, Order
from tests.certification.test_orders import carry_out, reason  # noqa: F401 (a fixture)

from senim.certification import orders
from senim.certification.facts import SubjectFacts
from senim.certification.orders import AT_MOST_BYTES, NotAnOrder, OrderDocument
from senim.journal.models import Entry

AT = datetime(2026, 11, 22, 9, 30, 15, 999, tzinfo=UTC)
REQUESTS = {"sign": b"one", "auth": b"two"}


def spelled():
    return orders.document(
        application_number="123456789012",
        subject=AIGERIM,
        requests=REQUESTS,
        operator_iin=DAUREN["iin"],
        at=AT,
    )


def canonical(said):
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_operator_signs_who_is_certified_which_requests_and_when():
    said = json.loads(spelled())
    assert said == {
        "kind": "senim certificate order 1",
        "application_number": "123456789012",
        "subject": {
            "iin": "940308492147",
            "surname": "Сәрсенова",
            "given_name": "Айгерім",
            "patronymic": "Нұрланқызы",
            "email": "aigerim@mail.test",
            "organisation": "",
            "bin": "",
            "role": "",
            "common_name": "",
        },
        "requests": {name: hashlib.sha256(request).hexdigest() for name, request in REQUESTS.items()},
        "operator_iin": DAUREN["iin"],
        "at": "2026-11-22T09:30:15+00:00",
    }
    assert spelled() == canonical(said)
    assert "Сәрсенова".encode() in spelled()


def test_what_was_spelled_is_read_back():
    read = OrderDocument.read(spelled())
    assert (read.subject, read.operator_iin) == (AIGERIM, DAUREN["iin"])
    assert (read.application_number, read.at) == ("123456789012", "2026-11-22T09:30:15+00:00")
    assert read.spell() == spelled()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "senim certificate order 2"},
        {"kind": None},
        {"more": ""},
        {"operator_iin": 851102393201},
        {"at": 0},
        {"requests": {"sign": "00"}},
        {"requests": {"sign": "00", "auth": "00", "third": "00"}},
        {"requests": {"sign": "00", "auth": None}},
        {"requests": []},
        {"subject": {"iin": "940308492147", "nickname": ""}},
        {"subject": {"iin": 940308492147}},
        {"subject": "940308492147"},
    ],
    ids=str,
)
def test_a_document_that_says_anything_else_is_no_order(change):
    with pytest.raises(NotAnOrder):
        OrderDocument.read(canonical({**json.loads(spelled()), **change}))


@pytest.mark.parametrize(
    "missing", ["kind", "application_number", "subject", "requests", "operator_iin", "at"]
)
def test_a_document_that_says_less_is_no_order(missing):
    said = json.loads(spelled())
    del said[missing]
    with pytest.raises(NotAnOrder):
        OrderDocument.read(canonical(said))


@pytest.mark.parametrize("at", ["yesterday", "2026-11-22T09:30:15", ""])
def test_an_order_without_a_time_and_its_zone_is_refused(operator, carry_out, at):  # noqa: F811
    order = Order(operator)
    dated = canonical({**json.loads(order.document()), "at": at})
    assert reason(carry_out(order, document=dated)) == "order_unreadable"


@pytest.mark.parametrize(("ahead", "state"), [(300, "issued"), (301, "refused")])
def test_clocks_may_differ_by_five_minutes(operator, carry_out, ahead, state):  # noqa: F811
    now = datetime.now(UTC).replace(microsecond=0)
    order = Order(operator, at=now)
    signed_at = (now + timedelta(seconds=ahead)).isoformat(timespec="seconds")
    dated = canonical({**json.loads(order.document()), "at": signed_at})
    assert carry_out(order, at=now, document=dated).state == state


@pytest.mark.parametrize("part", ["document", "signature", "sign", "auth"])
def test_each_part_of_an_order_may_be_64_kilobytes_and_no_more(db, part):
    def place(size):
        parts = {"document": b"d", "signature": b"s", "sign": b"1", "auth": b"2", part: b"x" * size}
        return orders.place(
            application_number=str(uuid.uuid4())[:12],
            document=parts["document"],
            operator_signature=parts["signature"],
            requests={"sign": parts["sign"], "auth": parts["auth"]},
            at=AT,
        )

    with pytest.raises(orders.OrderTooLarge):
        place(AT_MOST_BYTES + 1)
    assert not Entry.objects.exists()
    assert orders.outcome(place(AT_MOST_BYTES)).state == "pending"
    assert AT_MOST_BYTES == 65_536


def test_an_order_placed_twice_spoils_nothing_of_its_callers_transaction(operator):
    order = Order(operator)
    placed = order.place()
    with pytest.raises(orders.AlreadyOrdered) as twice:
        order.place()
    assert twice.value.clause == "CA-6.P9"
    assert orders.outcome(placed) == orders.OrderOutcome("pending")
    assert Entry.objects.filter(verb="certification.place").count() == 1


def test_an_order_nobody_placed_does_not_exist(db):
    with pytest.raises(orders.NoSuchOrder):
        orders.outcome(uuid.uuid4())


@pytest.mark.parametrize(
    ("facts", "identifier"),
    [
        ({"iin": "1", "bin": "2", "common_name": "3"}, "1"),
        ({"bin": "2", "common_name": "3"}, "2"),
        ({"common_name": "3"}, "3"),
    ],
)
def test_the_person_answers_for_a_key_else_the_entity_else_the_service(facts, identifier):
    assert SubjectFacts(**facts).identifier == identifier


@pytest.mark.parametrize(
    "change",
    [{"role": "root"}, {"given_name": ""}, {"email": "a\tb@mail.test"}, {"iin": "94030849214"}],
)
def test_facts_that_are_not_an_individuals_are_refused(operator, carry_out, change):  # noqa: F811
    subject = replace(AIGERIM, **change)
    assert reason(carry_out(Order(operator, subject=subject))) == "subject_unacceptable"


def test_an_operators_certificate_is_not_enough_without_the_issuing_authority_above_it(
    authority,
    operator,
    carry_out,  # noqa: F811
    monkeypatch,
):
    """A path that leads to our root by another authority is no path of ours."""
    from senim.pki import paths

    def other(leaf, **_):
        return paths.Path((leaf, authority.root))

    monkeypatch.setattr("senim.certification.examination.paths.build", other)
    assert reason(carry_out(Order(operator))) == "operator_certificate_invalid"
