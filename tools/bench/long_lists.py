"""How long revocation lists take that are long: of a hundred thousand, and of a million in shards.

``… beside tools.bench.long_lists ROUNDS LONG MANY`` prints as JSON the seconds of our list of LONG and of the
bare builder's, round by round; then, of MANY in shards, the seconds of all lists, of those
that two revocations touch, and which those were. What it writes into the database is rolled back.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection, transaction

from senim.certification import revocation_lists, status_files
from senim.certification.issuance import Authority
from senim.certification.revocation_lists import Lists
from senim.certification.status_files import Generation, Known, Manifest
from senim.pki.keys import KeyAlgorithm
from senim.settings import settings
from tools.bench import stored
from tools.bench.orders import authority_with

TOUCHED = ("issuing", "issuing-3", "issuing-7")  # as a revocation does: its shard, and the delta of all
_REVOKE = """
INSERT INTO certification_revocation
    (certificate_id, reason, revoked_at, recorded_at, actor, shard,
     issuer, serial_number, expires_at, published_in)
SELECT id, 'keyCompromise', now(), now(), 'process:bench', row_number() OVER () %% %s,
    issuer, serial_number, not_after, 1
FROM (SELECT id, issuer, serial_number, not_after FROM certification_certificate AS one
      WHERE issuer = 'issuing' AND der IS NOT NULL
      AND NOT EXISTS (SELECT FROM certification_revocation WHERE certificate_id = one.id)
      LIMIT %s) AS chosen
"""


def main() -> None:
    rounds, long, many = map(int, sys.argv[2:5])
    authority = authority_with(KeyAlgorithm.P256)
    with transaction.atomic():
        stored.fill(many)
        _revoke(long)
        seconds = [
            (_seconds(lambda: _list(authority)), _seconds(lambda: _bare(authority, long)))
            for _ in range(rounds)
        ]
        _revoke(many)
        said = {"rounds": seconds, **_in_shards(authority)}
        transaction.set_rollback(True)
    print(json.dumps(said))


def _revoke(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM certification_revocation")
        missing = count - int(cursor.fetchone()[0])
        cursor.execute(_REVOKE, [settings.crl_shards, missing])
        cursor.execute("ANALYZE certification_revocation")


def _seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _list(authority: Authority) -> bytes:
    """As it is published: read from the database, built, signed."""
    edition = status_files.Edition(2, datetime.now(UTC).replace(microsecond=0))
    return revocation_lists.listed(authority, "issuing", None, edition, base=None)


def _bare(authority: Authority, count: int) -> bytes:
    """The builder of `cryptography` given all entries at once; no database."""
    now, reason = datetime.now(UTC), x509.CRLReason(x509.ReasonFlags.key_compromise)
    entries = [
        x509.RevokedCertificateBuilder(number, now).add_extension(reason, critical=False).build()
        for number in range(1 << 158, (1 << 158) + count)
    ]
    builder = x509.CertificateRevocationListBuilder(
        authority.issuer.name, now, now + timedelta(days=1), [], entries
    ).add_extension(x509.CRLNumber(2), critical=False)
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)  # type: ignore[arg-type]


def _in_shards(authority: Authority) -> dict[str, object]:
    at = datetime.now(UTC)
    began = time.monotonic()
    first = revocation_lists.sign(authority, None, touched=(), number=2, at=at)
    built = time.monotonic()
    second = revocation_lists.sign(authority, _shown(first, at), touched=TOUCHED, number=3, at=at)
    again = [name for name, content in second.files.items() if content is not first.files[name]]
    return {
        "all_seconds": built - began,
        "touched_seconds": time.monotonic() - built,
        "again": sorted(again),
        "lists": len(first.files),
    }


def _shown(lists: Lists, at: datetime) -> Generation:
    manifest = Manifest(2, "", at, at, 0, {}, lists.scopes)
    return Generation(manifest, Known(), lists.files)
