"""Five hundred workers killed at random moments while they issue (``make soak``)."""

import os
import random
import time

import pytest
from tests.certification.ordering import DANIYAR, Forked, Order, settled, wait_for, workers

from senim.certification import orders
from senim.certification.facts import OrderId
from senim.certification.models import Certificate, Revocation
from senim.runtime import authority_worker

KILLS = 500
pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def at_work(authority, monkeypatch: pytest.MonkeyPatch) -> int:
    """A pipe that each worker writes a byte to when its loop begins; the key is open already."""
    listening, told = os.pipe()
    real = authority_worker.work

    def work(*arguments, **more):
        os.write(told, b".")
        real(*arguments, **more)

    monkeypatch.setattr(authority_worker, "opened", lambda _: authority.authority)
    monkeypatch.setattr(authority_worker, "work", work)
    return listening


def pending(order_ids: list[OrderId]) -> bool:
    return any(orders.outcome(one).state == "pending" for one in order_ids)


def a_pair(operator) -> list[OrderId]:
    return [Order(operator).place(), Order(operator, subject=DANIYAR).place()]


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_of_five_hundred_kills_none_loses_an_order_or_leaves_a_signature_unrecorded(
    operator, signed_by_workers, at_work
):
    chance, placed = random.Random(1), a_pair(operator)
    with workers():
        os.read(at_work, 1)
        began = time.monotonic()
        settled(*placed)
        undisturbed = time.monotonic() - began
    for _ in range(KILLS):
        if not pending(placed[-2:]):
            placed += a_pair(operator)
        worker = Forked()
        os.read(at_work, 1)
        time.sleep(chance.uniform(0, 2 * undisturbed))
        worker.kill()
    with workers():
        outcomes = settled(*placed)
        wait_for(lambda: not Certificate.objects.filter(issuer="issuing", published_in__isnull=True).exists())
    assert {outcome.state for outcome in outcomes} == {"issued"}
    handed_out = [one.serial_number for outcome in outcomes for one in outcome.certificates]
    assert len(set(handed_out)) == 2 * len(placed)
    recorded = {bytes(row.tbs_digest).hex(): row for row in Certificate.objects.all()}
    signatures = signed_by_workers.read_text().split()
    assert set(signatures) <= set(recorded), "signed, and on record"
    given_up = Certificate.objects.filter(order__isnull=True, label__isnull=True, profile__startswith="indi")
    assert all(Revocation.objects.filter(pk=row.pk).exists() for row in given_up), "or taken back"
    print(f"{KILLS} kills, {len(placed)} orders, {len(signatures)} signatures, {given_up.count()} given up")
