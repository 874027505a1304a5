"""Open access (DD-15): the owner opens a document for a moment, and closes it again.

``open_access`` makes the grant with its first code and QR token; ``refresh`` renews whatever has run out
while the owner looks at the page; ``close_access`` also ends the looks that are going on. One grant per owner
is open.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from django.db import IntegrityError, transaction

from senim.accounts import AccountId
from senim.documents import codes
from senim.documents.advance import _advance
from senim.documents.kinds import kind_named
from senim.documents.locks import lock_person
from senim.documents.models import Grant, QrToken, SpentCode
from senim.documents.process import Actor, GrantState
from senim.documents.views import stop_all_of
from senim.errors import NotFound, Refused
from senim.settings import settings

GrantId = NewType("GrantId", uuid.UUID)
CODE_TRIES = 50


class NoSuchGrant(NotFound):
    clause = "DD-15"


class AccessIsClosed(Refused):
    clause = "DD-15"


class NoCodeFree(Refused):
    """So many codes are alive that a free one could not be drawn; QR still works in a moment."""

    clause = "DD-15"


@dataclass(frozen=True)
class OpenAccess:
    """What the owner's page shows. ``code`` lives until ``code_expires_at``, ``token`` about 15 seconds."""

    grant_id: GrantId
    kind: str
    code: str
    token: str
    opened_at: datetime
    code_expires_at: datetime
    closes_at: datetime


def open_access(*, owner: AccountId, kind: str, at: datetime) -> OpenAccess:
    """Open a document to whoever scans or types the code. Closes what was open before. Raises NoCodeFree."""
    kind_named(kind)
    with transaction.atomic():
        lock_person(owner)
        close_overdue(at=at)
        for earlier in Grant.objects.select_for_update().filter(owner_id=owner, state=GrantState.OPEN):
            _close(earlier, owner=owner, at=at)
        grant = Grant(owner_id=owner, kind=kind, opened_at=at, closes_at=at + settings.open_access_lifetime)
        facts = {"kind": kind, "closes_at": grant.closes_at.isoformat()}
        _draw_code(
            grant,
            keep=lambda: _advance(grant, "open_access", actor=Actor.OWNER, by=owner, at=at, facts=facts),
            at=at,
        )
        _issue_token(grant, at=at)
    return _shown(grant)


def refresh(*, owner: AccountId, grant_id: GrantId, at: datetime) -> OpenAccess:
    """What to show now, renewed where it has run out. Raises NoSuchGrant, AccessIsClosed."""
    with transaction.atomic():
        grant = _open_grant(owner=owner, grant_id=grant_id, at=at)
        if grant.code_expires_at <= at:
            renew_code(grant, at=at)
        current = QrToken.objects.get(digest=codes.token_digest(codes.token(grant.id, grant.token_counter)))
        if current.claimed_at or current.issued_at + settings.qr_rotation <= at:
            grant.token_counter += 1
            _issue_token(grant, at=at)
            grant.save(update_fields=["token_counter"])
    return _shown(grant)


def extend(*, owner: AccountId, grant_id: GrantId, at: datetime) -> OpenAccess:
    """Stay open for a full lifetime from now."""
    with transaction.atomic():
        grant = _open_grant(owner=owner, grant_id=grant_id, at=at)
        grant.closes_at = at + settings.open_access_lifetime
        facts = {"closes_at": grant.closes_at.isoformat()}
        _advance(grant, "extend", actor=Actor.OWNER, by=owner, at=at, facts=facts)
    return _shown(grant)


def close_access(*, owner: AccountId, grant_id: GrantId, at: datetime) -> None:
    """Nobody new can look from here on. Closing what is closed already changes nothing."""
    with transaction.atomic():
        grant = Grant.objects.select_for_update().filter(owner_id=owner, pk=grant_id).first()
        if grant is None:
            raise NoSuchGrant
        if grant.state == GrantState.OPEN:
            _close(grant, owner=owner, at=at)
            stop_all_of(grant, at=at)


def state_of(*, owner: AccountId, grant_id: GrantId, at: datetime) -> str:
    """``open``, ``closed`` or ``burnt``; a grant past its time is closed. Raises NoSuchGrant."""
    grant = Grant.objects.filter(owner_id=owner, pk=grant_id).first()
    if grant is None:
        raise NoSuchGrant
    return GrantState.CLOSED if grant.state == GrantState.OPEN and grant.closes_at <= at else grant.state


def burn(grant: Grant, *, at: datetime) -> None:
    """Wrong numbers: nobody else may try this grant."""
    _spend_code(grant, at=at)
    _advance(grant, "burn", actor=Actor.SERVICE, at=at)


def renew_code(grant: Grant, *, at: datetime) -> None:
    """A code that has served is replaced at once."""
    _spend_code(grant, at=at)
    _draw_code(grant, keep=grant.save, at=at)


def _open_grant(*, owner: AccountId, grant_id: GrantId, at: datetime) -> Grant:
    grant = Grant.objects.select_for_update().filter(owner_id=owner, pk=grant_id).first()
    if grant is None:
        raise NoSuchGrant
    if grant.state != GrantState.OPEN or grant.closes_at <= at:
        raise AccessIsClosed
    return grant


def _close(grant: Grant, *, owner: AccountId, at: datetime) -> None:
    _spend_code(grant, at=at)
    _advance(grant, "close_access", actor=Actor.OWNER, by=owner, at=at)


def close_overdue(*, at: datetime, at_most: int = 50) -> int:
    """Accesses whose owners went away give their codes back; how many, in the caller's transaction."""
    overdue = Grant.objects.filter(state=GrantState.OPEN, closes_at__lte=at)
    found = list(overdue.select_for_update(skip_locked=True)[:at_most])
    for grant in found:
        _spend_code(grant, at=at)
        _advance(grant, "run_out", actor=Actor.SERVICE, at=at)
    return len(found)


def _draw_code(grant: Grant, *, keep: Callable[[], None], at: datetime) -> None:
    """Have the grant kept with a code that is nobody else's, live or in quarantine."""
    for _ in range(CODE_TRIES):
        grant.code_counter += 1
        grant.code_digest = codes.code_digest(codes.code(grant.id, grant.code_counter))
        grant.code_expires_at = at + settings.short_code_lifetime
        if SpentCode.objects.filter(code_digest=grant.code_digest, quarantined_until__gt=at).exists():
            continue
        try:
            with transaction.atomic():
                keep()
        except IntegrityError:
            continue
        return
    raise NoCodeFree


def _spend_code(grant: Grant, *, at: datetime) -> None:
    until = at + settings.short_code_quarantine
    SpentCode.objects.create(code_digest=grant.code_digest, quarantined_until=until)
    SpentCode.objects.filter(quarantined_until__lt=at - timedelta(hours=1)).delete()


def _issue_token(grant: Grant, *, at: datetime) -> None:
    QrToken.objects.create(
        digest=codes.token_digest(codes.token(grant.id, grant.token_counter)),
        grant_id=grant.id,
        issued_at=at,
        expires_at=at + settings.qr_grace,
    )


def _shown(grant: Grant) -> OpenAccess:
    return OpenAccess(
        GrantId(grant.id),
        grant.kind,
        codes.code(grant.id, grant.code_counter),
        codes.token(grant.id, grant.token_counter),
        grant.opened_at,
        grant.code_expires_at,
        grant.closes_at,
    )
