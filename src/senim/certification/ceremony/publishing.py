"""A ceremony on a running instance waits until responders know what it made."""

import time

from django.utils import timezone

from senim.certification import publication
from senim.certification.issuance import Authority
from senim.certification.models import Certificate

WORKER_PUBLISHES_WITHIN_SECONDS = 5.0
LOOK_EVERY_SECONDS = 0.2


def see_it_published(authority: Authority, label: str) -> None:
    """By the authority's own process where it runs; here where it does not."""
    until = time.monotonic() + WORKER_PUBLISHES_WITHIN_SECONDS
    while time.monotonic() < until:
        if Certificate.objects.filter(label=label, published_in__isnull=False).exists():
            return
        time.sleep(LOOK_EVERY_SECONDS)
    publication.publish(authority, at=timezone.now())
