"""Operators whose orders are not carried out, whatever their certificates say.

A suspended operator's certificates stay valid (no rule in force provides for certificateHold), so the
authority keeps a list of its own: it can only make the authority refuse more, never less.
"""

from datetime import datetime

from django.db.models import Model

from senim.certification.models import StoppedSigner


def stop(*, iin: str, at: datetime) -> list[Model]:
    """From now on, in the caller's transaction. The rows that its record must name."""
    row, new = StoppedSigner.objects.get_or_create(iin=iin, admitted_at=None, defaults={"stopped_at": at})
    return [row] if new else []


def admit(*, iin: str, at: datetime) -> list[Model]:
    """Again, in the caller's transaction. The rows that its record must name."""
    rows = list(StoppedSigner.objects.select_for_update().filter(iin=iin, admitted_at=None))
    for row in rows:
        row.admitted_at = max(at, row.stopped_at)
        row.save(update_fields=["admitted_at"])
    return list(rows)


def is_stopped(iin: str) -> bool:
    return StoppedSigner.objects.filter(iin=iin, admitted_at=None).exists()
