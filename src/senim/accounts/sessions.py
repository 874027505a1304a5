"""Sessions of an account: opening one for a person who signed in, what it is good for, and ending it.

A session knows every way its holder signed in, and when. Signing in once more, with another method, adds to
it (step-up): what was typed stays, the key changes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from senim.accounts import AccountId
from senim.accounts.authentication import Authentication, of_steps
from senim.accounts.locks import take_turns
from senim.accounts.methods import Method, ServiceClass, allowed
from senim.accounts.models import Account, Session
from senim.accounts.organisations.acting import Acting
from senim.accounts.session_store import door, ends_at, stored
from senim.accounts.signed_steps import SignedIn
from senim.accounts.welcome import Welcomed
from senim.journal import record

BACKEND = "senim.accounts.backend.BySignIn"
REFERENCE_LENGTH = 16
"""Of the hash of a session's key, which opens nothing: enough to name one session of a person."""


@dataclass(frozen=True)
class SessionFacts:
    """``ends_at`` is when it ends if nothing more is done; ``others`` are open elsewhere at the same door."""

    started_at: datetime
    ends_at: datetime
    method: str
    others: int


@dataclass(frozen=True)
class OpenSession:
    """One of a person's sessions, as they see it. ``reference`` names it and opens nothing.

    ``how`` they signed in; None in one of a version before that was kept.
    """

    reference: str
    door: str
    started_at: datetime
    last_seen_at: datetime
    how: SignedIn | None
    here: bool


def open_session(request: HttpRequest, welcomed: Welcomed, *, at: datetime) -> None:
    """Make this browser's session theirs, under a new key and a new CSRF secret.

    What was proved before counts on only where they go on as the same: nobody changes sides but by signing in
    anew.
    """
    method, acting = welcomed.method, welcomed.acting
    before = steps_of(request) if _goes_on(request, welcomed.account_id, acting) else []
    if request.user.is_authenticated:
        request.session.cycle_key()
    login(request, welcomed.account, backend=BACKEND)
    step = {"method": method, "at": at.isoformat()} | ({"synced": True} if welcomed.synced else {})
    steps = [*(earlier for earlier in before if earlier["method"] != method), step]
    request.session["steps"], request.session["started_at"] = steps, at.isoformat()
    request.session["method"] = next(each for each in Method if any(s["method"] == each for s in steps))
    request.session["acting"] = acting.as_json() if acting else None


def _goes_on(request: HttpRequest, account_id: AccountId, acting: Acting | None) -> bool:
    now = acting_of(request)
    return holder(request) == account_id and (acting.same_as(now) if acting else now is None)


def steps_of(request: HttpRequest) -> list[dict[str, Any]]:
    """Every way this session's holder signed in, and when; those of an earlier version say only how."""
    method = request.session.get("method")
    before = [{"method": method, "at": request.session["started_at"]}] if method else []
    return list(request.session.get("steps", before))


def authentication_of(request: HttpRequest) -> Authentication | None:
    """What goes on record beside whatever this person signs; None for somebody who did not sign in."""
    return of_steps(steps_of(request))


def suffices(request: HttpRequest, service: ServiceClass, *, at: datetime) -> bool:
    """Whether the way this person signed in opens this class of service today."""
    if service is ServiceClass.EVERYDAY:
        return True
    return bool({step["method"] for step in steps_of(request)} & set(allowed(service, at=at)))


def acting_of(request: HttpRequest) -> Acting | None:
    """For which organisation the person acts here; None for a private person."""
    kept = request.session.get("acting")
    return Acting.from_json(kept) if kept else None


def organisation_of(request: HttpRequest) -> str:
    """The registered name of what the person acts for here; empty for a private person."""
    acting = acting_of(request)
    return acting.registered_name if acting else ""


def leave_if_mandate_ended(request: HttpRequest, *, at: datetime) -> None:
    """Sign this browser out where the certificate it acts by is no longer good: revoked or run out."""
    acting = acting_of(request)
    if acting is not None and not acting.still_may(at=at):
        logout(request)


def holder(request: HttpRequest) -> AccountId | None:
    """Who is signed in here, if anybody."""
    return AccountId(request.user.pk) if isinstance(request.user, Account) else None


def private_holder(request: HttpRequest) -> AccountId | None:
    """Who is signed in here as themselves; nobody where they act for an organisation."""
    return None if acting_of(request) else holder(request)


def whose(request: HttpRequest) -> AccountId:
    """Who is signed in, on pages whose route lets nobody else in."""
    account_id = holder(request)
    if account_id is None:
        raise RuntimeError("this page's route must say Who.SIGNED_IN")
    return account_id


def close_session(request: HttpRequest) -> None:
    logout(request)


def facts_of(session_key: str, account_id: AccountId, *, at: datetime) -> SessionFacts | None:
    """When this session was opened and how; None where it is not this account's."""
    row = Session.objects.filter(pk=stored(session_key), account_id=account_id).first()
    if row is None:
        return None
    others = Session.objects.filter(account_id=account_id, expire_date__gt=at).exclude(pk=row.pk).count()
    return SessionFacts(row.started_at, ends_at(started_at=row.started_at, seen_at=at), row.method, others)


def end_others(*, account_id: AccountId, keep: str) -> None:
    """End every session of this account but the one of this key, in the caller's transaction.

    A factor of theirs changed.
    """
    Session.objects.filter(account_id=account_id).exclude(pk=stored(keep)).delete()


def end_elsewhere(request: HttpRequest, *, workplace: str, at: datetime) -> int:
    """This session runs at this workplace; end its holder's that run at another of this door, in the caller's
    transaction. How many. Of two at the same moment the second ends the first's.
    """
    take_turns(f"workplace of {whose(request)}")
    request.session["workplace"] = workplace
    request.session.save()
    there = Session.objects.filter(account_id=whose(request), door=door(), expire_date__gt=at)
    return there.exclude(workplace__in=["", workplace]).delete()[0]


def workplace_of(request: HttpRequest) -> str:
    """Where this session was opened; empty where its door asks for no workplace."""
    return str(request.session.get("workplace", ""))


def of_account(account_id: AccountId, *, here: str, at: datetime) -> tuple[OpenSession, ...]:
    """All that are open, at every door, the latest seen first. ``here`` is the key of the one that asks."""
    rows = Session.objects.filter(account_id=account_id, expire_date__gt=at).order_by("-last_seen_at")
    return tuple(
        OpenSession(
            reference=row.session_key[:REFERENCE_LENGTH],
            door=row.door,
            started_at=row.started_at,
            last_seen_at=row.last_seen_at,
            how=_how(row),
            here=row.session_key == stored(here),
        )
        for row in rows
    )


def _how(row: Session) -> SignedIn | None:
    return SignedIn(row.acr, tuple(row.amr.split()), row.authenticated_at) if row.authenticated_at else None


def end(*, account_id: AccountId, reference: str, at: datetime) -> None:
    """End the session of this reference, if it is one of theirs; if it is not, it is none."""
    mine = Session.objects.filter(account_id=account_id)
    with transaction.atomic():
        if mine.filter(session_key__startswith=reference[:REFERENCE_LENGTH]).delete()[0]:
            _record_end("accounts.sessions.end", account_id, at)


def end_all_others(*, account_id: AccountId, keep: str, at: datetime) -> None:
    """End every session but the one of this key, because its holder says so."""
    with transaction.atomic():
        end_others(account_id=account_id, keep=keep)
        _record_end("accounts.sessions.end_others", account_id, at)


def _record_end(verb: str, account_id: AccountId, at: datetime) -> None:
    subject = f"account:{account_id}"
    record(verb=verb, clause="PT-2.4", subject=subject, actor=subject, at=at)
