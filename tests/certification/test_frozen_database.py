"""The server's process that works for the authority freezes: nothing is lost, said wrongly or done twice."""

import os
import signal

import psutil
import pytest
from django.db import connection
from tests.certification.generations import said_of
from tests.certification.ordering import AIGERIM, Forked, Order, settled, wait_for, workers
from tests.certification.test_worker_process import TOLD, journalled, shown

from senim.certification import fulfilment, orders, publication
from senim.certification.models import Certificate
from senim.pki.ocsp import CertStatus

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def freeze_at(tmp_path, monkeypatch):
    """The first worker that comes to a point stops the server's process it is connected to."""
    file = tmp_path / "frozen"

    def freeze_at(point):
        def stop(reached):
            if reached == point and not file.exists():
                pid = connection.connection.info.backend_pid
                os.kill(pid, signal.SIGSTOP)
                file.write_text(str(pid))

        for module in (fulfilment, publication):
            monkeypatch.setattr(module, "reached", stop)
        return lambda: psutil.Process(int(wait_for(lambda: file.exists() and file.read_text())))

    yield freeze_at
    if file.exists() and psutil.pid_exists(pid := int(file.read_text())):
        os.kill(pid, signal.SIGCONT)


@pytest.fixture
def people(authority):
    """Somebody good and somebody revoked since; the files know neither order nor revocation."""
    facts = {"iin": AIGERIM.iin, "surname": "А", "given_name": "Б"}
    good, taken_back = (authority.issue("individual_sign", **facts) for _ in range(2))
    authority.publish()
    authority.revoke(taken_back)
    return good.serial_number, taken_back.serial_number


def asked(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def everything_is_as_it_should_be(placed, people, signed_by_workers):
    [outcome] = settled(placed)
    wait_for(lambda: not Certificate.objects.filter(issuer="issuing", published_in__isnull=True).exists())
    numbers = [one.serial_number for one in outcome.certificates]
    assert (outcome.state, len(numbers)) == ("issued", 2)
    assert len(journalled("certification.issue")) == asked(TOLD) == 1
    recorded = {bytes(row.tbs_digest).hex() for row in Certificate.objects.all()}
    assert set(signed_by_workers.read_text().split()) <= recorded
    good, taken_back = people
    wait_for(lambda: said_of(shown(), taken_back).status is CertStatus.REVOKED)
    assert {said_of(shown(), number).status for number in (*numbers, good)} == {CertStatus.GOOD}


@pytest.mark.parametrize("point", ["after_signature", "after_store", "after_generation_files"])
def test_who_waited_for_it_is_killed_and_another_goes_on_when_it_wakes(
    operator, people, signed_by_workers, freeze_at, point
):
    frozen, placed = freeze_at(point), Order(operator).place()
    first = Forked()
    server = frozen()
    assert {said_of(shown(), number).status for number in people} == {CertStatus.GOOD}, "as they were"
    assert asked("SELECT waiting_seconds FROM certification_watermark") > 0, "and responders see them age"
    assert asked(TOLD) is None, "nobody is handed what responders do not know"
    first.kill()
    with workers():
        server.resume()
        everything_is_as_it_should_be(placed, people, signed_by_workers)


def test_who_waits_for_it_goes_on_when_it_wakes(operator, people, signed_by_workers, freeze_at):
    frozen, placed = freeze_at("after_signature"), Order(operator).place()
    with workers():
        server = frozen()
        assert orders.outcome(placed).state == "pending"
        server.resume()
        everything_is_as_it_should_be(placed, people, signed_by_workers)
