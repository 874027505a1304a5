"""Which provider a message goes to first: shares that fall where messages fail or are late, and drift back.

As GOV.UK Notify does it, with windows as short as a code's life. A provider that has just failed is asked
last for twenty seconds. Each failure takes ten of its weight, at most once in those twenty seconds however
many messages failed; so does being late: of the messages of the last two minutes, 15 in 100 without a receipt
in time, unless the other is as late. Every two minutes without a step give ten back. A weight is a row and
the time since: all job workers share it, and the doctor reads it.
"""

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from senim.notices.models import SmsProvider
from senim.notices.smpp.centres import Centre, centres
from senim.settings import settings

STEP = 10
RESTS_FOR = timedelta(seconds=20)
DRIFTS_EVERY = timedelta(minutes=2)
LOOKS_BACK = timedelta(minutes=2)
LATE_IN_A_HUNDRED = 15
FEWEST = 10
"""Messages, below which nothing is said about being late: one phone that is off is no provider's fault."""
_LATE = """
SELECT provider, count(*),
    count(*) FILTER (WHERE state <> 'delivered' OR settled_at > sent_at + make_interval(secs => %s))
FROM notices_notice
WHERE provider <> '' AND expires_at IS NOT NULL AND sent_at > %s AND sent_at <= %s
GROUP BY provider
"""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
    """A provider as it is now. ``problem`` is what it last failed with, at ``failed_at``."""

    centre: Centre
    weight: int
    rests: bool
    problem: str = ""
    failed_at: datetime | None = None


def standing(*, at: datetime) -> tuple[Standing, ...]:
    """Every provider that is configured, the first one first."""
    rows = {row.name: row for row in SmsProvider.objects.all()}
    return tuple(_standing(centre, rows.get(centre.name), at) for centre in centres())


def in_turn(*, at: datetime) -> list[Centre]:
    """Whom to ask, in this order: drawn by weight, those that have just failed at the end."""
    known = centres()
    if len(known) == 1:  # nobody to choose between
        return list(known)
    if not SmsProvider.objects.filter(looked_at__gt=at - RESTS_FOR).exists():
        _look_for_late_ones(at)
    return _drawn(standing(at=at))


def failed(centre: Centre, *, problem: str, at: datetime) -> None:
    """This provider did not take a message. Committed by itself, before the next is asked."""
    with transaction.atomic():
        row = _locked(centre)
        _step_down(row, centre, at)
        row.problem, row.failed_at, row.rests_until = problem[:80], at, at + RESTS_FOR
        row.save()


def _standing(centre: Centre, row: SmsProvider | None, at: datetime) -> Standing:
    if row is None:
        return Standing(centre, centre.share, rests=False)
    rests = row.rests_until is not None and at < row.rests_until
    return Standing(centre, _weight(row, centre, at), rests, row.problem, row.failed_at)


def _weight(row: SmsProvider, centre: Centre, at: datetime) -> int:
    """What the last step left, and what has drifted back since; never more than its share."""
    if row.weight is None or row.stepped_at is None:
        return centre.share
    drifted = max(at - row.stepped_at, timedelta(0)) // DRIFTS_EVERY * STEP
    return min(row.weight + drifted, centre.share)


def _drawn(standings: Iterable[Standing]) -> list[Centre]:
    left, drawn = list(standings), []
    while left:
        awake = [one for one in left if not one.rests] or left
        place = secrets.randbelow(max(sum(one.weight for one in awake), 1))
        chosen = next((one for one in awake if (place := place - one.weight) < 0), awake[0])
        left.remove(chosen)
        drawn.append(chosen.centre)
    return drawn


def _step_down(row: SmsProvider, centre: Centre, at: datetime) -> None:
    if row.stepped_at is None or at >= row.stepped_at + RESTS_FOR:
        row.weight, row.stepped_at = max(_weight(row, centre, at) - STEP, 0), at
        logger.warning(
            "a provider of SMS gets fewer messages", extra={"provider": centre.name, "weight": row.weight}
        )


def _locked(centre: Centre) -> SmsProvider:
    SmsProvider.objects.bulk_create([SmsProvider(name=centre.name)], ignore_conflicts=True)
    return SmsProvider.objects.select_for_update().get(name=centre.name)


def _look_for_late_ones(at: datetime) -> None:
    """Two workers may look at once; a step is taken once all the same."""
    known = centres()
    with transaction.atomic():
        late = _late(at)
        rows = [(_locked(centre), centre) for centre in known]
        for row, centre in rows:
            if centre.name in late and len(late) < len(known):  # all late: it is not the providers
                _step_down(row, centre, at)
            row.looked_at = at
            row.save()


def _late(at: datetime) -> set[str]:
    late = settings.sms_late_after
    with connection.cursor() as cursor:
        cursor.execute(_LATE, [late.total_seconds(), at - late - LOOKS_BACK, at - late])
        counted = cursor.fetchall()
    return {
        provider
        for provider, all_of_them, late_ones in counted
        if all_of_them >= FEWEST and late_ones * 100 >= LATE_IN_A_HUNDRED * all_of_them
    }
