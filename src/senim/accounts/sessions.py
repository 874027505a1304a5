"""Sessions of an account: opening one for a person who signed in, ending all others, and their facts."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import login, logout
from django.http import HttpRequest

from senim.accounts import AccountId
from senim.accounts.models import Account, Session
from senim.accounts.session_store import ends_at, stored
from senim.accounts.sign_in import SignedIn

BACKEND = "senim.accounts.backend.BySignIn"
BY_SIGNATURE = "signature"


@dataclass(frozen=True)
class SessionFacts:
    """``ends_at`` is when it ends if nothing more is done; ``others`` are open elsewhere at the same door."""

    started_at: datetime
    ends_at: datetime
    method: str
    others: int


def open_session(request: HttpRequest, signed_in: SignedIn, *, at: datetime) -> None:
    """Make this browser's session theirs, under a new key and a new CSRF secret."""
    account = Account.objects.get(pk=signed_in.account_id)
    if request.user.is_authenticated:
        request.session.cycle_key()
    login(request, account, backend=BACKEND)
    request.session["started_at"], request.session["method"] = at.isoformat(), BY_SIGNATURE
    request.session["organisation"] = signed_in.signer.organisation


def organisation_of(request: HttpRequest) -> str:
    """What the person acts for here, by the certificate they signed in with; empty for a private person."""
    return str(request.session.get("organisation", ""))


def holder(request: HttpRequest) -> AccountId | None:
    """Who is signed in here, if anybody."""
    return AccountId(request.user.pk) if isinstance(request.user, Account) else None


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
