"""How many small transactions a second many writers commit, with a journal record in each and without.

``python -m tools.bench.beside tools.bench.records WRITERS SECONDS`` runs beside a running instance and prints
two rates as JSON: each transaction inserts one row of record, and in the first also the record that vouches
for it. The rows are those of looks at documents, and are taken away again with the instance.
"""

import json
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from senim.documents.models import View
from senim.documents.process import ViewState
from senim.journal import record


def main() -> None:
    writers, seconds = int(sys.argv[2]), float(sys.argv[3])
    print(json.dumps([_rate(write, writers, seconds) for write in (_recorded, _bare)]))


def _rate(write: Callable[[], object], writers: int, seconds: float) -> float:
    counts, start = [0] * writers, threading.Barrier(writers + 1)
    threads = [
        threading.Thread(target=_work, args=(write, counts, place, start, seconds))
        for place in range(writers)
    ]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)


def _work(
    write: Callable[[], object], counts: list[int], place: int, start: threading.Barrier, seconds: float
) -> None:
    connection.ensure_connection()
    start.wait()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        write()
        counts[place] += 1
    connection.close()


def _bare() -> None:
    with transaction.atomic():
        _row()


def _recorded() -> None:
    with transaction.atomic():
        row = _row()
        record(
            verb="bench.look",
            clause="DD-18b",
            subject=f"view:{row.id}",
            actor=f"account:{row.viewer_id}",
            at=row.opened_at,
            facts={"kind": row.kind},
            changed=[row],
        )


def _row() -> View:
    at = datetime.now(UTC)
    return View.objects.create(
        grant_id=uuid.uuid4(),
        owner_id=uuid.uuid4(),
        viewer_id=uuid.uuid4(),
        kind="identity_card",
        path=View.Path.QR,
        state=ViewState.FINISHED,
        opened_at=at,
        closes_at=at + timedelta(minutes=5),
        ended_at=at,
    )
