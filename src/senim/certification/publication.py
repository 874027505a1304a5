"""Publishing: what changed since the last generation becomes the next one, which responders show within
seconds.

A generation is written beside the shown one, recorded in the database, and only then shown; so files are
never ahead of the database unless the database was restored, and then nothing is published.
"""

import hashlib
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q

from senim import jobs
from senim.certification import certificates, issuers, revocation_lists, revocation_rows, status_files
from senim.certification.crash_points import reached
from senim.certification.issuance import Authority
from senim.certification.models import Certificate, Generation, Order, Revocation
from senim.certification.status_files import BASE, MANIFEST, RECENT, SIGNATURE, Content, Known, Manifest
from senim.pki.crl import RevocationReason
from senim.settings import settings

LOCK = 0x53454E494D02
KEPT_GENERATIONS = 3
ROOT = "root"
"""Has a list of its own, signed by people (``ceremony.root_list``)."""
AT_ONCE = 5_000
TOLD_TOGETHER = 100
"""Orders of one job: a job costs its worker more than what it does for one of them."""

log = logging.getLogger("senim.certification")


class FilesAhead(RuntimeError):
    """The published files know a later generation than the database: it was restored from a copy."""


@dataclass(frozen=True)
class Changes:
    """What the generation adds to the one shown: records of statuses, and what they were made from."""

    records: dict[str, bytes]
    certificates: tuple[UUID, ...]
    revocations: tuple[UUID, ...]
    lists: frozenset[str]
    """Names of the lists, without their endings, that say something new."""

    def __bool__(self) -> bool:
        return bool(self.certificates or self.revocations)


def publish(authority: Authority, *, at: datetime, anew: bool = False) -> int | None:
    """Show a new generation if anything changed or it is time; its number. Raises FilesAhead.

    ``anew``: whatever changed, with every revocation list signed again.
    """
    with _only_publisher() as alone:
        if not alone:
            return None
        number = refuse_if_files_are_ahead()
        revocation_rows.complete()
        shown, changes = _shown(number, at), _changes()
        if not (changes or anew or shown is None or _is_due(authority, shown, at=at)):
            return None
        return _publish(authority, shown, changes, number=number + 1, anew=anew, at=at)


def refuse_if_files_are_ahead() -> int:
    """The number of the last generation there was. Raises FilesAhead."""
    shown, recorded = status_files.current_number(folder()), _last_recorded()
    if shown > recorded:
        raise FilesAhead(
            f"status generation {shown} is shown, but the database knows {recorded} only: it was restored "
            "from an older copy. Nothing is issued or published until what is newer has been recovered."
        )
    return recorded


def folder() -> Path:
    return settings.home / "status"


@contextmanager
def _only_publisher() -> Iterator[bool]:
    """Several workers may run; one publishes. The lock goes with the connection if the worker dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _last_recorded() -> int:
    return Generation.objects.aggregate(last=Max("number"))["last"] or 0


_watch = status_files.Watch()


def _shown(recorded: int, at: datetime) -> status_files.Generation | None:
    """The shown generation if it is whole and the last; otherwise everything is written anew from the
    database: what is marked as published in a generation that is lost (a disk that forgot it, a folder from
    a copy) would be in none."""
    number = status_files.current_number(folder())
    if 0 < number < recorded:
        log.error("status generation %d is shown, though %d was published: written anew", number, recorded)
        return None
    try:
        if number:
            issuing = certificates.issuing_authorities()
            return _watch.look(folder() / str(number), issuing=issuing, at=at)
    except (status_files.GenerationRefused, OSError, ValueError) as broken:
        log.error("status generation %d is broken and is written anew: %s", number, broken)  # noqa: TRY400
    return None


def _changes() -> Changes:
    """What no generation knows yet."""
    made = Certificate.objects.exclude(issuer=ROOT).filter(der__isnull=False, published_in__isnull=True)
    # One that a version before wrote this very moment is in no list yet, and waits for the next generation.
    complete = Revocation.objects.filter(expires_at__isnull=False)
    taken_back = complete.exclude(certificate__issuer=ROOT).filter(published_in__isnull=True)
    # One that is new to the files may have been revoked already: it must never be shown as good.
    known = made.values_list("pk", "issuer", "serial_number", "revocation__revoked_at", "revocation__reason")
    revoked = taken_back.values_list(
        "pk", "certificate__issuer", "certificate__serial_number", "revoked_at", "reason", "shard"
    )
    certificates_made, revocations = list(known), list(revoked)
    records = {number: _record(issuer, number, at, why) for _, issuer, number, at, why in certificates_made}
    records |= {number: _record(issuer, number, at, why) for _, issuer, number, at, why, _ in revocations}
    return Changes(
        records,
        tuple(row[0] for row in certificates_made),
        tuple(row[0] for row in revocations),
        frozenset(name for row in revocations for name in revocation_lists.names(row[1], row[-1])),
    )


def _everything() -> Known:
    """Every status there is, from the database, of which there may be millions."""
    certificates = Certificate.objects.exclude(issuer=ROOT)
    rows = certificates.filter(Q(der__isnull=False) | Q(revocation__isnull=False)).values_list(
        "issuer", "serial_number", "revocation__revoked_at", "revocation__reason"
    )
    records = sorted(_record(*row) for row in rows.iterator(chunk_size=AT_ONCE))
    return Known(status_files.Statuses(b"".join([status_files.MAGIC, *records])))


def _record(issuer: str, serial_number: str, revoked_at: datetime | None, reason: str | None) -> bytes:
    why = RevocationReason(reason) if reason else None
    number = issuers.number_of(issuer)
    return status_files.record_of(int(serial_number, 16), revoked_at, why, authority=number)


def _is_due(authority: Authority, shown: status_files.Generation, *, at: datetime) -> bool:
    age = at - shown.manifest.this_update
    is_old = age >= settings.status_renewed_every or age < -timedelta(minutes=1)
    return is_old or revocation_lists.are_due(authority, shown, at=at)


def _publish(
    authority: Authority,
    shown: status_files.Generation | None,
    changes: Changes,
    *,
    number: int,
    anew: bool,
    at: datetime,
) -> int:
    manifest = _write(authority, shown, changes, number=number, anew=anew, at=at)
    reached("after_generation_files")
    Generation.objects.create(
        number=number,
        written_at=at,
        certificates=manifest.certificates,
        manifest_digest=hashlib.sha256(manifest.spell()).digest(),
    )
    reached("after_generation_record")
    _show(number)
    reached("after_generation_shown")
    _mark(changes, number)
    _forget_old(number)
    return number


def _write(
    authority: Authority,
    shown: status_files.Generation | None,
    changes: Changes,
    *,
    number: int,
    anew: bool,
    at: datetime,
) -> Manifest:
    statuses, count = _statuses(shown, changes)
    lists = revocation_lists.sign(authority, shown, touched=changes.lists, number=number, at=at, anew=anew)
    files = {BASE: statuses.base.data, RECENT: statuses.recent.data, **lists.files}
    manifest = Manifest(
        generation=number,
        issuer_key_id=authority.issuer.key_id.hex(),
        this_update=at.replace(microsecond=0),
        next_update=at.replace(microsecond=0) + settings.ocsp_next_update,
        certificates=count,
        files=_digests(files, shown),
        scopes=lists.scopes,
    )
    text = manifest.spell()
    signature = status_files.sign(text, key=authority.key)
    _write_folder(number, {**files, MANIFEST: text, SIGNATURE: signature}, shown)
    return manifest


def _statuses(shown: status_files.Generation | None, changes: Changes) -> tuple[Known, int]:
    """With how many certificates they are of."""
    if shown is None:
        everything = _everything()
        return everything, everything.base.count
    fresh = sum(not shown.statuses.record(int(number, 16)) for number in changes.records)
    return shown.statuses.with_changes(changes.records.values()), shown.manifest.certificates + fresh


def _digests(files: Mapping[str, Content], shown: status_files.Generation | None) -> dict[str, str]:
    """SHA-256 of each; a file that was kept has the digest it had."""
    return {
        name: shown.manifest.files[name]
        if shown and shown.content(name) is content
        else hashlib.sha256(content).hexdigest()
        for name, content in files.items()
    }


def _write_folder(number: int, files: Mapping[str, Content], shown: status_files.Generation | None) -> None:
    """What was kept is the same file under another name: long ones are not copied each second."""
    draft, final = folder() / f"{number}.draft", folder() / str(number)
    for leftover in (draft, final):
        shutil.rmtree(leftover, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, content in files.items():
        if not (shown and shown.content(name) is content and _linked(shown.number, draft / name)):
            _write_file(draft / name, content)
    draft.rename(final)


def _linked(shown: int, place: Path) -> bool:
    """Not every file system has links."""
    try:
        os.link(folder() / str(shown) / place.name, place)
    except OSError:
        return False
    return True


def _write_file(place: Path, content: Content) -> None:
    with place.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _show(number: int) -> None:
    link = folder() / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(str(number))
    link.replace(folder() / "current")


def _mark(changes: Changes, number: int) -> None:
    """From now on these can be asked for; so whoever waits for them is told only now, and once."""
    with transaction.atomic():
        orders: set[UUID] = set()
        for some in _parts(changes.certificates):
            fresh = Certificate.objects.filter(pk__in=some, published_in__isnull=True)
            orders.update(fresh.filter(order__isnull=False).values_list("order_id", flat=True))
            fresh.update(published_in=number)
        _tell(orders)
        if sum(_mark_revoked(some, number) for some in _parts(changes.revocations)):
            jobs.enqueue("enrolment.revocations_published", queue="enrolment")


def _mark_revoked(revocations: tuple[UUID, ...], number: int) -> int:
    fresh = Revocation.objects.filter(pk__in=revocations, published_in__isnull=True)
    return fresh.update(published_in=number)


def _parts(ids: tuple[UUID, ...], size: int = AT_ONCE) -> Iterator[tuple[UUID, ...]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _tell(orders: set[UUID]) -> None:
    """Enrolment hears of an order once all its certificates are published."""
    waiting = Certificate.objects.filter(order__in=orders, published_in__isnull=True).values("order")
    issued = Order.objects.filter(pk__in=orders, state=Order.ISSUED).exclude(pk__in=waiting)
    for some in _parts(tuple(issued.values_list("pk", flat=True)), TOLD_TOGETHER):
        jobs.enqueue("enrolment.orders_settled", queue="enrolment", orders=[str(order) for order in some])


def _forget_old(number: int) -> None:
    for old in folder().iterdir():
        if old.name.isdigit() and int(old.name) <= number - KEPT_GENERATIONS:
            shutil.rmtree(old, ignore_errors=True)
