"""Twelve hours without a database, on the platform as it runs, with 100,000 certificates (``make soak``)."""

import json
import os
import signal
import time
from pathlib import Path

import httpx
import psycopg
import pytest
from cryptography import x509

from senim.runtime.database.postgres import Postgres
from tests.whole.platform import Platform, waited
from tests.whole.test_revocation_shows import certificate_of, revoke, status

ISSUED = 100_000
CLOCK = '''
"""Moves the clock of the responders as the file named says, while they run."""
import os, sys, threading, time
if os.environ.get("SENIM_PROCESS") == "responders":
    import datetime, time_machine
    began = datetime.datetime.now(datetime.UTC)
    clock, ticks = time_machine.travel(began, tick=True).start(), time.monotonic()
    def follow():
        hours = 0.0
        while True:
            time.sleep(0.1)
            try:
                wanted = float(open(os.environ["HOURS_AHEAD"]).read() or 0)
            except (OSError, ValueError):
                continue
            clock.shift(datetime.timedelta(hours=wanted - hours))
            hours = wanted
    threading.Thread(target=follow, daemon=True).start()
'''
MANY = """
INSERT INTO certification_certificate (id, issuer, serial_number, profile, purpose, iin, bin, key_digest,
    not_before, not_after, tbs_digest, intended_at, der, issued_at)
SELECT gen_random_uuid(), issuer, '4' || substr(md5('a' || number) || md5('b' || number), 1, 39), profile, '',
    iin, bin, key_digest, not_before, not_after, tbs_digest, intended_at, der, now()
FROM certification_certificate, generate_series(1, %s) AS number WHERE serial_number = %s
"""


@pytest.fixture
def hours_ahead(tmp_path: Path) -> Path:
    return tmp_path / "hours"


@pytest.fixture
def moved(new_platform, tmp_path: Path, hours_ahead: Path) -> Platform:
    """A platform whose responders' clock a test can move."""
    (tmp_path / "sitecustomize.py").write_text(CLOCK)
    platform = new_platform(PYTHONPATH=str(tmp_path), HOURS_AHEAD=str(hours_ahead))
    platform.start()
    platform.wait_until_ready()
    return platform


def fill(platform: Platform, like: x509.Certificate) -> None:
    with psycopg.connect(Postgres(platform.home).url("senim", "postgres")) as connection:
        connection.execute(MANY, [ISSUED, f"{like.serial_number:040x}"])


def published(platform: Platform) -> int:
    manifest = platform.home / "status" / "current" / "manifest.json"
    return int(json.loads(manifest.read_text())["certificates"])


def unpublished(platform: Platform) -> bool:
    asked = (
        "SELECT EXISTS (SELECT FROM certification_certificate WHERE der IS NOT NULL AND published_in IS NULL "
    )
    with psycopg.connect(Postgres(platform.home).url("senim", "postgres")) as connection:
        return bool(connection.execute(f"{asked} AND issuer <> 'root')").fetchone()[0])


def stop_the_database(platform: Platform) -> None:
    """For good: the supervisor goes on trying to start it."""
    os.kill(platform.supervisor.pid, signal.SIGSTOP)
    platform.kill("postgres")
    (Postgres(platform.home).data / "PG_VERSION").write_text("0\n")
    os.kill(platform.supervisor.pid, signal.SIGCONT)


def healthz(platform: Platform) -> int:
    return httpx.get(f"{platform.responders}/healthz", timeout=30).status_code


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.clause("CA-8.P3b")
def test_with_the_database_killed_statuses_hold_for_twelve_hours_and_not_longer(moved, hours_ahead):
    good, revoked = (certificate_of(moved, "marat", purpose) for purpose in ("auth", "sign"))
    fill(moved, good)
    waited(lambda: published(moved) > ISSUED, "the 100,000 in a generation", within=300)
    waited(lambda: not unpublished(moved), "the marks of their publication", within=600)
    revoke(moved, revoked)
    waited(lambda: status(moved, revoked) == "REVOKED", "the revocation", within=120)
    stop_the_database(moved)
    waited(lambda: any("files rule" in one["event"] for one in moved.log("responders")), "its notice")
    pid = moved.pid_of("responders")
    for hours, said in ((11, ("GOOD", "REVOKED", 200)), (13, ("TRY_LATER", "TRY_LATER", 503))):
        hours_ahead.write_text(str(hours))
        told = lambda: (status(moved, good), status(moved, revoked), healthz(moved))  # noqa: E731
        waited(lambda: told() == said, f"{said} after {hours} hours")  # noqa: B023
        time.sleep(5)
        assert told() == said
    assert moved.pid_of("responders") == pid, "the same process all the while"
