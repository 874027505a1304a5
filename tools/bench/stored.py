"""Certificates put into a running instance's database, so that it has as many as a country.

``python -m tools.bench.beside tools.bench.stored COUNT HOME`` fills up to COUNT, has the authority write its
status files anew and prints some of the serial numbers as JSON. The rows are copies of one certificate with
serial numbers, people and keys of their own; they have no journal records, and go away with the instance.
"""

import json
import sys
import time
from pathlib import Path

from django.db import connection

PATIENCE_SECONDS = 300
ASKED = 2_000
_KEYS = """
INSERT INTO certification_certifiedkey (digest, holder)
SELECT sha256(convert_to('bench ' || n, 'UTF8')), lpad(n::text, 12, '0') FROM generate_series(%s, %s) AS n
"""
_CERTIFICATES = """
INSERT INTO certification_certificate
    (id, issuer, serial_number, profile, purpose, iin, bin, key_digest, not_before, not_after,
     tbs_digest, intended_at, der, issued_at, published_in)
SELECT gen_random_uuid(), 'issuing', made.serial, one.profile, '', lpad(n::text, 12, '0'), '',
    sha256(convert_to('bench ' || n, 'UTF8')), one.not_before, one.not_after,
    sha256(convert_to(made.serial, 'UTF8')), one.intended_at,
    overlay(one.der PLACING decode(made.serial, 'hex')
            FROM position(decode(one.serial_number, 'hex') IN one.der)),
    one.issued_at, 1
FROM generate_series(%s, %s) AS n,
    LATERAL (SELECT '4' || substr(md5(n::text) || md5('bench ' || n), 1, 39) AS serial) AS made,
    (SELECT * FROM certification_certificate WHERE der IS NOT NULL AND profile = 'individual_sign'
     LIMIT 1) AS one
"""


def main() -> None:
    count, home = int(sys.argv[2]), Path(sys.argv[3])
    fill(count)
    have_published(home / "status", count)
    print(json.dumps(some()))


def fill(count: int) -> None:
    """Add what is missing up to so many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM certification_certificate WHERE order_id IS NULL AND issuer = 'issuing'"
        )
        have = int(cursor.fetchone()[0])
        if have < count:
            cursor.execute(_KEYS, [have + 1, count])
            cursor.execute(_CERTIFICATES, [have + 1, count])
            cursor.execute("ANALYZE certification_certificate, certification_certifiedkey")


def have_published(status: Path, count: int) -> None:
    """Without a generation to go on from, the authority writes everything anew. Raises TimeoutError."""
    (status / "current").unlink()
    until = time.monotonic() + PATIENCE_SECONDS
    while _shown(status) < count:
        if time.monotonic() > until:
            raise TimeoutError(f"{count} certificates were not published")
        time.sleep(0.2)


def _shown(status: Path) -> int:
    try:
        return int(json.loads((status / "current" / "manifest.json").read_bytes())["certificates"])
    except FileNotFoundError:
        return 0


def some() -> list[str]:
    """Serial numbers to ask about."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT serial_number FROM certification_certificate"
            " WHERE issuer = 'issuing' AND serial_number > %s AND order_id IS NULL"
            " ORDER BY serial_number LIMIT %s",
            ["4", ASKED],
        )
        return [row[0] for row in cursor.fetchall()]
