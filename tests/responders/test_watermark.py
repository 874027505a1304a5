"""A database that is ahead of the files: tryLater, never good; one that cannot be asked changes nothing."""

import time
import urllib.error
import urllib.request

import pytest
from cryptography.x509 import ocsp as library
from django.db import connection
from tests.loops import run
from tests.responders.processes import ready, start

from senim.pki import ocsp
from senim.responders.watermark import AHEAD_AT_MOST_SECONDS, Database, Lag, Mark
from senim.settings import settings

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}
PATIENCE = 60.0
LONGER = AHEAD_AT_MOST_SECONDS + 1


def test_a_change_that_waits_too_long_is_a_lag_until_it_is_published() -> None:
    lag = Lag()
    lag.judge(Mark(3, AHEAD_AT_MOST_SECONDS - 1), shown=3, now=0)
    assert not lag.too_long
    lag.judge(Mark(3, LONGER), shown=3, now=1)
    assert lag.too_long
    lag.judge(Mark(4, 0), shown=4, now=2)
    assert not lag.too_long


def test_a_recorded_generation_that_does_not_appear_is_a_lag() -> None:
    lag = Lag()
    lag.judge(Mark(4, 0), shown=3, now=0)
    assert not lag.too_long
    lag.judge(Mark(9, 0), shown=3, now=LONGER)
    assert lag.too_long, "newer generations do not start the clock anew"
    lag.judge(Mark(9, 0), shown=9, now=LONGER + 1)
    assert not lag.too_long


def test_generations_that_follow_each_other_quickly_are_no_lag() -> None:
    lag = Lag()
    for second in range(30):
        lag.judge(Mark(second + 1, 0), shown=second, now=second)
        assert not lag.too_long


def waiting_seconds() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting_seconds FROM certification_watermark")
        return float(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_the_watermark_counts_what_no_generation_knows(authority) -> None:
    authority.publish()
    assert waiting_seconds() == 0
    holder = authority.issue("individual_sign", **AIGERIM)
    assert waiting_seconds() > 0
    authority.publish()
    assert waiting_seconds() == 0
    authority.revoke(holder)
    assert waiting_seconds() > 0
    authority.publish()
    assert waiting_seconds() == 0


def test_a_database_that_is_not_there_says_nothing() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")
    assert run(nowhere.mark()) is None


def status(authority, holder) -> str:
    asked = ocsp.build_request([holder.serial_number], issuer=authority.issuing)
    sent = urllib.request.Request(f"{settings.responders_origin}/ocsp", asked)
    with urllib.request.urlopen(sent, timeout=30) as answer:
        said = library.load_der_ocsp_response(answer.read())
    if said.response_status is not library.OCSPResponseStatus.SUCCESSFUL:
        return said.response_status.name
    return said.certificate_status.name


def waited(look, wanted) -> None:
    deadline = time.monotonic() + PATIENCE
    while (found := look()) != wanted:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def healthz() -> int:
    try:
        with urllib.request.urlopen(f"{settings.responders_origin}/healthz", timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("CA-8.P3b")
def test_while_a_revocation_is_not_published_nothing_is_said_to_be_good(authority, responders_process):
    one, other = (authority.issue("individual_sign", **AIGERIM) for _ in range(2))
    authority.publish()
    waited(lambda: status(authority, other), "GOOD")
    authority.revoke(one)
    waited(lambda: status(authority, other), "TRY_LATER")
    assert status(authority, one) == "TRY_LATER"
    assert healthz() == 503
    authority.publish()
    waited(lambda: status(authority, other), "GOOD")
    assert status(authority, one) == "REVOKED"
    assert healthz() == 200


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_files_rule(authority, monkeypatch):
    holder = authority.issue("individual_sign", **AIGERIM)
    authority.publish()
    monkeypatch.setenv("SENIM_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")
    process = start()
    try:
        ready(process)
        authority.revoke(holder)
        until = time.monotonic() + LONGER + 2
        while time.monotonic() < until:
            assert status(authority, holder) == "GOOD"
            time.sleep(0.5)
    finally:
        process.terminate()
        process.wait(30)
