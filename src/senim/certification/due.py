"""Which orders are tried now."""

from datetime import datetime, timedelta

from django.db.models import Q

PUT_OFF_AT_MOST = timedelta(days=1)
"""No failure puts an order off by so much (``fulfilment.TRY_AGAIN_AT_LATEST``)."""


def due(at: datetime) -> Q:
    """What is put off further, a clock put off that was wrong: it would wait until it is that late."""
    return Q(next_try_at__lte=at) | Q(next_try_at__gt=at + PUT_OFF_AT_MOST)
