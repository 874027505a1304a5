"""How sure it was who a worker is, kept with what they signed and shown in the application's file."""

from datetime import datetime

from django.db.models import Model

from senim.accounts import number_requests, signed_steps
from senim.accounts.authentication import Authentication
from senim.accounts.models import CounterApplication
from senim.accounts.signed_steps import SignedIn


def keep(
    application: CounterApplication, *, iin: str, authentication: Authentication | None, at: datetime
) -> list[Model]:
    """In the verb's transaction; what it returns belongs on its record. ``iin`` is the worker's."""
    subject = number_requests.reference(application.pk)
    return signed_steps.keep_of(iin=iin, subject=subject, authentication=authentication, at=at)


def latest(application: CounterApplication, *, iin: str) -> SignedIn | None:
    """Of the worker of this IIN; None for what they did not sign, or before these were kept."""
    return signed_steps.latest(number_requests.reference(application.pk), by=signed_steps.account_of(iin))
