"""Publishing: what changed since the last generation becomes the next one, which responders show within
seconds.

A generation is written beside the shown one, recorded in the database, and only then shown; so files are
never ahead of the database unless the database was restored, and then nothing is published.
"""

import hashlib
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max

from senim import jobs
from senim.certification import certificates, status_files
from senim.certification.crash_points import reached
from senim.certification.issuance import Authority
from senim.certification.models import Certificate, Generation, Revocation
from senim.certification.status_files import MANIFEST, SIGNATURE, STATUSES, Manifest
from senim.certification.templates import crl_address, shard_of
from senim.pki import crl
from senim.pki.crl import RevocationReason
from senim.settings import settings

LOCK = 0x53454E494D02
ISSUER = "issuing"
KEPT_GENERATIONS = 3

log = logging.getLogger("senim.certification")


class FilesAhead(RuntimeError):
    """The published files know a later generation than the database: it was restored from a copy."""


@dataclass(frozen=True)
class Changes:
    """What no generation knows yet, by primary key."""

    certificates: tuple[Certificate, ...]
    revocations: tuple[Revocation, ...]

    def records(self) -> list[bytes]:
        # One that is new to the files may have been revoked already: it must never be shown as good.
        known = {made.serial_number: _record(made, _revocation_of(made)) for made in self.certificates}
        taken_back = {
            made.certificate.serial_number: _record(made.certificate, made) for made in self.revocations
        }
        return list({**known, **taken_back}.values())


def publish(authority: Authority, *, at: datetime) -> int | None:
    """Show a new generation if anything changed or it is time; its number. Raises FilesAhead."""
    with _only_publisher() as alone:
        if not alone:
            return None
        refuse_if_files_are_ahead()
        shown = _shown()
        changes = _changes()
        if not (changes.certificates or changes.revocations or _is_due(shown, at=at)):
            return None
        return _publish(authority, shown, changes, at=at)


def refuse_if_files_are_ahead() -> None:
    shown, recorded = status_files.current_number(folder()), _last_recorded()
    if shown > recorded:
        raise FilesAhead(
            f"status generation {shown} is shown, but the database knows {recorded} only: it was restored "
            "from an older copy. Nothing is issued or published until what is newer has been recovered."
        )


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


def _shown() -> status_files.Generation | None:
    """The shown generation if it is whole; otherwise everything is written anew from the database."""
    number = status_files.current_number(folder())
    try:
        if number:
            issuing = certificates.certificate_file(ISSUER)
            return status_files.read(folder() / str(number), issuing=issuing)
    except (status_files.GenerationRefused, OSError, ValueError) as broken:
        log.error("status generation %d is broken and is written anew: %s", number, broken)  # noqa: TRY400
    with transaction.atomic():
        Certificate.objects.filter(published_in__isnull=False).update(published_in=None)
        Revocation.objects.filter(published_in__isnull=False).update(published_in=None)
    return None


def _changes() -> Changes:
    made = Certificate.objects.filter(issuer=ISSUER, der__isnull=False, published_in__isnull=True)
    taken_back = Revocation.objects.filter(certificate__issuer=ISSUER, published_in__isnull=True)
    return Changes(
        tuple(made.select_related("revocation").defer("der")),
        tuple(taken_back.select_related("certificate").defer("certificate__der")),
    )


def _is_due(shown: status_files.Generation | None, *, at: datetime) -> bool:
    if shown is None:
        return True
    age = at - shown.manifest.this_update
    return age >= settings.status_renewed_every or age < -timedelta(minutes=1)


def _revocation_of(certificate: Certificate) -> Revocation | None:
    try:
        return certificate.revocation
    except Revocation.DoesNotExist:
        return None


def _record(certificate: Certificate, revocation: Revocation | None) -> bytes:
    return status_files.record_of(
        int(certificate.serial_number, 16),
        revocation.revoked_at if revocation else None,
        RevocationReason(revocation.reason) if revocation else None,
    )


def _publish(
    authority: Authority, shown: status_files.Generation | None, changes: Changes, *, at: datetime
) -> int:
    number = max(_last_recorded(), status_files.current_number(folder())) + 1
    manifest = _write(authority, shown, changes, number=number, at=at)
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
    at: datetime,
) -> Manifest:
    base = shown.statuses if shown else status_files.EMPTY
    statuses = status_files.merge(base, changes.records())
    lists, crl_number, crl_at = _lists(authority, shown, changes, number=number, at=at)
    files = {STATUSES: statuses, **lists}
    manifest = Manifest(
        generation=number,
        issuer_key_id=authority.issuer.key_id.hex(),
        this_update=at.replace(microsecond=0),
        next_update=at.replace(microsecond=0) + settings.ocsp_next_update,
        certificates=status_files.Statuses(statuses).count,
        crl_number=crl_number,
        crl_at=crl_at,
        files={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    )
    text = manifest.spell()
    signature = status_files.sign(text, key=authority.key)
    _write_folder(number, {**files, MANIFEST: text, SIGNATURE: signature})
    return manifest


def _lists(
    authority: Authority,
    shown: status_files.Generation | None,
    changes: Changes,
    *,
    number: int,
    at: datetime,
) -> tuple[dict[str, bytes], int, datetime]:
    """Revocation lists are signed anew when something was revoked or they are old; else they are kept."""
    names = {f"{ISSUER}.crl", *(f"{ISSUER}-{shard}.crl" for shard in range(settings.crl_shards))}
    if shown and not changes.revocations and set(shown.lists) == names:
        age = at - shown.manifest.crl_at
        if timedelta(0) <= age < settings.status_renewed_every:
            return dict(shown.lists), shown.manifest.crl_number, shown.manifest.crl_at
    revoked = list(_revoked(at))
    lists = {f"{ISSUER}.crl": _list(authority, revoked, number=number, at=at)}
    for shard in range(settings.crl_shards):
        own = [one for one in revoked if shard_of(one.serial_number) == shard]
        address = crl_address(ISSUER, shard)
        lists[f"{ISSUER}-{shard}.crl"] = _list(authority, own, number=number, at=at, address=address)
    return lists, number, at.replace(microsecond=0)


def _revoked(at: datetime) -> Iterator[crl.Revocation]:
    """Entries stay until the certificate has expired, and one list longer (RFC 5280 §3.3)."""
    kept = Revocation.objects.filter(
        certificate__issuer=ISSUER, certificate__not_after__gte=at - settings.crl_next_update
    )
    rows = kept.order_by("certificate__serial_number").values_list(
        "certificate__serial_number", "revoked_at", "reason"
    )
    for serial_number, revoked_at, reason in rows.iterator():
        yield crl.Revocation(int(serial_number, 16), revoked_at, RevocationReason(reason))


def _list(
    authority: Authority,
    revoked: Iterable[crl.Revocation],
    *,
    number: int,
    at: datetime,
    address: str | None = None,
) -> bytes:
    return crl.build(
        revoked,
        issuer=certificates.certificate_file(ISSUER),
        key=authority.key,
        number=number,
        this_update=at.replace(microsecond=0),
        next_update=at.replace(microsecond=0) + settings.crl_next_update,
        distribution_point=address,
    )


def _write_folder(number: int, files: dict[str, bytes]) -> None:
    draft, final = folder() / f"{number}.draft", folder() / str(number)
    for leftover in (draft, final):
        shutil.rmtree(leftover, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, content in files.items():
        with (draft / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    draft.rename(final)


def _show(number: int) -> None:
    link = folder() / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(str(number))
    link.replace(folder() / "current")


def _mark(changes: Changes, number: int) -> None:
    with transaction.atomic():
        ids = [made.pk for made in changes.certificates]
        Certificate.objects.filter(pk__in=ids).update(published_in=number)
        ids = [made.pk for made in changes.revocations]
        Revocation.objects.filter(pk__in=ids).update(published_in=number)
        if ids:
            jobs.enqueue("enrolment.revocations_published", queue="enrolment")


def _forget_old(number: int) -> None:
    for old in folder().iterdir():
        if old.name.isdigit() and int(old.name) <= number - KEPT_GENERATIONS:
            shutil.rmtree(old, ignore_errors=True)
