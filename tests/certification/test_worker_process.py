"""The authority worker as the process it is: killed at every named point, raced by sixteen."""

import json
import os
import signal
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from django.db import connection
from tests.certification.generations import said_of
from tests.certification.ordering import (
    AIGERIM,
    DANIYAR,
    PATIENCE,
    Forked,
    Order,
    settled,
    supervised,
    wait_for,
    workers,
)

from senim.certification import publication, status_files
from senim.certification.crash_points import POINTS
from senim.certification.models import Certificate, Revocation
from senim.pki.ocsp import CertStatus
from senim.runtime import authority_worker
from senim.runtime.console.commands import parser
from senim.settings import MissingSecret, settings

pytestmark = pytest.mark.usefixtures("transactional_db")


def journalled(verb):
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM journal_entry WHERE verb = %s", [verb])
        return cursor.fetchall()


def shown():
    """The statuses shown now; none before the first generation."""
    generation = generation_shown()
    return generation.statuses if generation else status_files.Known()


def generation_shown():
    number = status_files.current_number(publication.folder())
    issuing = (settings.home / "certificates" / "issuing.cer").read_bytes()
    return status_files.read(publication.folder() / str(number), issuing=[issuing]) if number else None


@pytest.mark.clause("CA-6.C3")
def test_the_worker_verifies_the_operators_signature_and_issues(operator):
    order_id = Order(operator).place()
    with supervised():
        [outcome] = settled(order_id)
        assert outcome.state == "issued"
        serial_numbers = [one.serial_number for one in outcome.certificates]
        wait_for(lambda: all(said_of(shown(), n).status is CertStatus.GOOD for n in serial_numbers))
    assert len(journalled("certification.issue")) == 1


@pytest.mark.clause("CA-6.C3")
@pytest.mark.clause("CA-6.P10")
def test_the_worker_refuses_with_a_reason_what_no_operator_confirmed(authority, operator):
    by_citizen = Order(
        authority.issue("individual_sign", iin=AIGERIM.iin, surname="А", given_name="Б")
    ).place()
    tampered = Order(operator, signed=b"something else").place()
    with workers():
        first, second = settled(by_citizen, tampered)
    assert (first.state, first.refusal_text_id) == ("refused", "certification.refusal.not_an_operator")
    assert (second.state, second.refusal_text_id) == (
        "refused",
        "certification.refusal.operator_signature_invalid",
    )
    assert not Certificate.objects.filter(order__isnull=False).exists()
    assert len(journalled("certification.refuse")) == 2


def test_an_order_placed_while_the_worker_sleeps_is_taken_at_once(operator):
    with workers():
        settled(Order(operator).place())
        began = datetime.now(UTC)
        settled(Order(operator, subject=DANIYAR).place())
        assert (datetime.now(UTC) - began).total_seconds() < 10


def test_the_worker_signs_all_lists_anew_when_it_is_asked_to(authority, capsys):
    with workers():
        wait_for(lambda: status_files.current_number(publication.folder()))
        options = parser("senim.runtime.console.crl_commands").parse_args(["crl", "publish", "--json"])
        assert options.run(options) == 0
    said = json.loads(capsys.readouterr().out)
    assert {one["number"] for one in said.values()} == {2}


TOLD = """
SELECT sum(json_array_length(args::json -> 'orders')) FROM procrastinate_jobs
WHERE task_name = 'enrolment.orders_settled'
"""


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_nothing_is_lost_and_nothing_signed_twice(operator, point):
    two = [Order(operator).place(), Order(operator, subject=DANIYAR).place()]
    dying = Forked(SENIM_CRASH_AT=point)
    assert dying.wait(PATIENCE) == -signal.SIGKILL
    signed_before = {
        row.serial_number: bytes(row.der) for row in Certificate.objects.filter(der__isnull=False)
    }
    with workers():
        outcomes = settled(*two)
        wait_for(lambda: not Certificate.objects.filter(issuer="issuing", published_in__isnull=True).exists())
    assert [outcome.state for outcome in outcomes] == ["issued", "issued"]
    rows = Certificate.objects.filter(order__isnull=False)
    assert rows.count() == 4
    assert all(row.der is not None for row in rows), "signed, yet not recorded"
    assert len({row.serial_number for row in Certificate.objects.all()}) == Certificate.objects.count()
    for row in rows:
        assert int(row.serial_number, 16) == x509.load_der_x509_certificate(bytes(row.der)).serial_number
        assert signed_before.get(row.serial_number, bytes(row.der)) == bytes(row.der)
        assert said_of(shown(), int(row.serial_number, 16)).status is CertStatus.GOOD
    assert len(journalled("certification.issue")) == 2
    with connection.cursor() as cursor:
        cursor.execute(TOLD)
        assert cursor.fetchone() == (2,)


@pytest.mark.parametrize("point", ["after_intent", "after_signature", "after_store"])
def test_an_interrupted_certificate_is_finished_with_the_very_same_bytes(operator, point):
    order_id = Order(operator).place()
    assert Forked(SENIM_CRASH_AT=point).wait(PATIENCE) == -signal.SIGKILL
    intents = {
        row.serial_number: bytes(row.tbs_digest) for row in Certificate.objects.filter(order_id=order_id)
    }
    assert len(intents) == 2
    with workers():
        [outcome] = settled(order_id)
    assert {f"{one.serial_number:040x}" for one in outcome.certificates} == set(intents)


def test_an_interrupted_order_whose_operator_was_revoked_since_is_refused_and_its_serials_revoked(
    authority, operator
):
    order_id = Order(operator).place()
    assert Forked(SENIM_CRASH_AT="after_intent").wait(PATIENCE) == -signal.SIGKILL
    intents = list(Certificate.objects.filter(order_id=order_id).values_list("serial_number", flat=True))
    authority.revoke(operator)
    with workers():
        [outcome] = settled(order_id)
        wait_for(lambda: not Revocation.objects.filter(published_in__isnull=True).exists())
    assert outcome.state == "refused"
    assert outcome.refusal_text_id == "certification.refusal.operator_certificate_revoked"
    for serial_number in intents:
        assert said_of(shown(), int(serial_number, 16)).status is CertStatus.REVOKED


def test_an_intent_changed_in_the_database_is_never_signed(operator):
    order_id = Order(operator).place()
    assert Forked(SENIM_CRASH_AT="after_intent").wait(PATIENCE) == -signal.SIGKILL
    planted = "41" * 20
    Certificate.objects.filter(order_id=order_id, purpose="sign").update(serial_number=planted)
    with workers():
        [outcome] = settled(order_id)
    assert outcome.state == "issued"
    assert planted not in {f"{one.serial_number:040x}" for one in outcome.certificates}
    assert Certificate.objects.get(serial_number=planted).der is None
    assert Revocation.objects.filter(certificate__serial_number=planted).exists()


@pytest.mark.timeout(240)
def test_of_sixteen_workers_one_settles_each_order(operator):
    placed = [Order(operator).place() for _ in range(24)]
    with workers(16):
        outcomes = settled(*placed)
        wait_for(lambda: not Certificate.objects.filter(issuer="issuing", published_in__isnull=True).exists())
    assert Counter(outcome.state for outcome in outcomes) == {"issued": 24}
    serial_numbers = [one.serial_number for outcome in outcomes for one in outcome.certificates]
    assert len(set(serial_numbers)) == len(serial_numbers) == 48
    assert len(journalled("certification.issue")) == 24
    assert generation_shown().manifest.certificates == Certificate.objects.filter(issuer="issuing").count()


def test_of_two_people_who_claim_one_key_at_once_one_gets_it(operator):
    first = Order(operator)
    second = Order(operator, subject=DANIYAR, requests=first.requests)
    placed = [first.place(), second.place()]
    with workers(2):
        outcomes = settled(*placed)
    assert sorted(outcome.state for outcome in outcomes) == ["issued", "refused"]


def test_the_worker_issues_nothing_while_the_files_are_ahead_of_the_database(operator):
    Order(operator).place()
    (publication.folder() / "7").mkdir(parents=True)
    (publication.folder() / "current").symlink_to("7")
    worker = Forked()
    assert worker.wait(PATIENCE) == 1
    assert not Certificate.objects.filter(order__isnull=False).exists()


def test_the_worker_leaves_its_passphrase_nowhere(operator):
    order_id = Order(operator).place()
    with supervised() as worker:
        settled(order_id)
        environment = Path(f"/proc/{worker.pid}/environ").read_bytes()
        assert settings.secret("passphrase-authority").encode() not in environment
        opened = [os.readlink(entry) for entry in Path(f"/proc/{worker.pid}/fd").iterdir()]
        assert not [name for name in opened if name.endswith(".key")]


def test_without_its_passphrase_the_worker_does_not_start(operator, monkeypatch):
    monkeypatch.setattr("senim.settings._HANDED", {})
    with pytest.raises(MissingSecret):
        authority_worker.main()
