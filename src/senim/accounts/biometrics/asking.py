"""Ask the service to look at somebody, and fetch what it saw."""

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from senim.accounts.biometrics.refusals import TooManyChecks
from senim.accounts.biometrics.service import Wanted, assertion_of, open_at_service
from senim.accounts.counting import HOUR, counted, give_back, stand_in, window_of
from senim.accounts.models import RemoteIdentification
from senim.errors import Refused
from senim.journal import record
from senim.settings import settings
from senim.texts import language, say


class Purpose(StrEnum):
    """What somebody is identified for; the service shows it to them (``accounts.identified_for``)."""

    CONNECT_NUMBER = "connect number"
    CONNECT_NUMBER_THROUGH_BANK = "connect number through bank"


@dataclass(frozen=True)
class Begun:
    """A session is open: ``url`` is where the person's device goes."""

    session_id: uuid.UUID
    url: str
    expires_at: datetime


def begin(
    *, iin: str, purpose: str, operation: str, at: datetime, return_to: str = "", **shown: str
) -> Begun:
    """Open a session for this person, purpose and operation (a text that says what is to be done).

    ``shown`` fills the words in which the service tells the person what they are identified for.

    The device comes back to ``return_to`` with ``session`` and ``code`` in the query, for ``collect``;
    without it the service gives the assertion to the device itself. Refuses: TooManyChecks, ServiceAway,
    ServiceNotAgreed, WayBackNotAgreed.
    """
    wanted_for = Purpose(purpose)
    session = RemoteIdentification(
        iin=iin,
        purpose=wanted_for,
        operation_digest=digest_of(operation),
        opened_at=at,
        expires_at=at + settings.identification_lifetime,
    )
    with _one_try(iin, wanted_for, at):
        session.url = open_at_service(_wanted(session, return_to, shown), at=at)
    with transaction.atomic():
        session.save(force_insert=True)
        record(
            verb="accounts.biometrics.begin",
            clause="PH-2.3",
            subject=f"remote_identification:{session.pk}",
            at=at,
            facts={"purpose": str(wanted_for)},
            changed=[session],
        )
    return Begun(session.pk, session.url, session.expires_at)


def collect(*, session_id: uuid.UUID, code: str, at: datetime) -> bytes:
    """The assertion the service holds for us, unjudged; only for whose device it gave ``code``.

    Refuses: NotFinished, ServiceAway, ServiceNotAgreed.
    """
    return assertion_of(str(session_id), code=code, at=at)


def open_session(*, iin: str, purpose: str, operation: str, at: datetime) -> Begun | None:
    """The newest session of these that is waiting for the person; None where there is none."""
    waiting = RemoteIdentification.objects.filter(
        iin=iin,
        purpose=purpose,
        operation_digest=digest_of(operation),
        judged_at=None,
        expires_at__gt=at,
    ).order_by("opened_at")
    newest = waiting.last()
    return Begun(newest.pk, newest.url, newest.expires_at) if newest else None


def digest_of(operation: str) -> bytes:
    return hashlib.sha256(operation.encode()).digest()


@contextmanager
def _one_try(iin: str, purpose: Purpose, at: datetime) -> Iterator[None]:
    """Counted before, given back where nothing came of it. For each purpose by itself: a bank that asks
    alone uses up none of the tries a person has in their own app."""
    key, hour = stand_in(f"{purpose} {iin}"), window_of(at, HOUR)
    if not counted("identification", key, hour, settings.identifications_per_person_per_hour):
        raise TooManyChecks
    try:
        yield
    except Refused:
        give_back("identification", key, hour)
        raise


def _wanted(session: RemoteIdentification, return_to: str, shown: Mapping[str, str]) -> Wanted:
    return Wanted(
        session=str(session.pk),
        audience=settings.portal_origin,
        iin=session.iin,
        purpose=session.purpose,
        title=say(f"accounts.identified_for.{session.purpose.replace(' ', '_')}", **shown),
        operation=bytes(session.operation_digest).hex(),
        until=session.expires_at.isoformat(),
        language=language(),
        return_to=return_to,
    )
