"""Journalling time-stamp tokens (RFC 3161): what the responders spooled, each exactly once.

A token's row and its record are one transaction, and its file goes only afterwards. Whoever dies in between
leaves a file whose serial number is known already: it is removed, and nothing is recorded again.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from senim.certification import time_stamp_spool as spool
from senim.certification.crash_points import reached
from senim.certification.models import TimeStamp, hexadecimal
from senim.journal import record
from senim.settings import settings

CLAUSE = "RFC 3161"
RESPONDERS = "process:responders"
_INSERT = """
INSERT INTO certification_timestamp (serial_number, gen_time, token_digest, journalled_at)
VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING true
"""

log = logging.getLogger("senim.certification")


def folder() -> Path:
    return settings.home / "time_stamps"


def journal_spooled(*, at: datetime, at_most: int = 200) -> int:
    """Journal what waits; how many files were dealt with."""
    files = dict(_readable(spool.waiting(folder(), at_most=at_most)))
    if not files:
        return 0
    with transaction.atomic():
        done = [file for file, token in files.items() if _journal(token, at=at)]
    reached("after_time_stamp_record")
    for file in done:
        file.unlink(missing_ok=True)
    for file in files.keys() - set(done):
        log.error("a second token has the serial number of %s; it is set aside", file.name)
        spool.set_aside(file)
    return len(files)


def _readable(files: Iterable[Path]) -> Iterable[tuple[Path, spool.Token]]:
    for file in files:
        try:
            yield file, spool.read(file)
        except FileNotFoundError:
            continue  # another worker was faster
        except spool.NotSpooled as wrong:
            log.error("%s; it is set aside", wrong)  # noqa: TRY400
            spool.set_aside(file)


def _journal(token: spool.Token, *, at: datetime) -> bool:
    """True once it is on record, now or before; False if the number stands for another token."""
    serial_number = hexadecimal(token.serial_number)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [serial_number, token.gen_time, token.digest, at])
        if cursor.fetchone() is None:
            return bytes(TimeStamp.objects.get(pk=serial_number).token_digest) == token.digest
    record(
        verb="certification.time_stamp",
        clause=CLAUSE,
        subject=f"time_stamp:{serial_number}",
        at=at,
        actor=RESPONDERS,
        facts={"gen_time": token.gen_time.isoformat(), "sha256": token.digest.hex()},
        changed=[TimeStamp(pk=serial_number)],
    )
    return True
