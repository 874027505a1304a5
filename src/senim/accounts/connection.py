"""The moment a number becomes somebody's, by whatever channel: what it ends, and who is told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Model, Q

from senim.accounts import AccountId
from senim.accounts.advance import _advance, connecting_row
from senim.accounts.factor_notices import tell_of_change
from senim.accounts.freezing import refuse_if_frozen
from senim.accounts.locks import take_turns
from senim.accounts.models import NumberRequest, SubscriberNumber
from senim.accounts.number_requests import reference
from senim.accounts.phones import masked
from senim.accounts.sessions import end_others
from senim.errors import Refused


class AnotherNumberConnected(Refused):
    """Then it is a change, and goes by a table of its own."""

    clause: ClassVar[str] = "PH-8"


def connect_now(
    request: NumberRequest,
    *,
    keep_session: str,
    at: datetime,
    by: str = "",
    replacing: bool = True,
    beside: Iterable[Model] = (),
) -> None:
    """Connect the request's number to its account, in the caller's transaction, which holds the request.

    The step is the one the table of the request's channel has for it. ``keep_session`` is the key of the
    session that asked, empty where there is none; ``by`` is who took the step, where that is not the
    subscriber; ``replacing`` whether another number of this account may give way to it; ``beside`` are rows
    written with it, for the same record. Raises process.NotAllowed, AnotherNumberConnected, AccountFrozen.
    """
    refuse_if_frozen(AccountId(request.account_id))
    step = connecting_row(request)
    # Two accounts may be connecting one number this very moment, or two channels two numbers to one account;
    # the second then sees the first's row.
    take_turns(f"subscriber number {request.number}")
    take_turns(f"subscriber number of {request.account_id}")
    released = _release_who_held(request, at)
    given_up = [held for held in released if held.released_because == "changed"]
    if given_up and not replacing:
        raise AnotherNumberConnected
    connected = SubscriberNumber.objects.create(
        account_id=request.account_id, number=request.number, request_id=request.pk, connected_at=at
    )
    _advance(request, step.action, actor=step.actor, at=at, by=by, changed=[*released, connected, *beside])
    end_others(account_id=AccountId(request.account_id), keep=keep_session)
    for held in released:
        if held.released_because == "moved":
            _tell(held.account_id, "moved", request, {}, at)
    # After a change both phones are told, in case somebody else is behind it.
    before = dict.fromkeys((held.number for held in given_up), "changed")
    phones = {**before, request.number: "connected"} if given_up else {}
    _tell(request.account_id, "changed" if given_up else "connected", request, phones, at)


def _release_who_held(request: NumberRequest, at: datetime) -> list[SubscriberNumber]:
    """The number this account had, and this number where somebody else had it: its code reached this person,
    so that its operator gave it to them.

    Held in one order by everybody: two people may be swapping their phones this very moment.
    """
    concerned = Q(number=request.number) | Q(account_id=request.account_id)
    held_now = SubscriberNumber.objects.filter(concerned, released_at=None)
    found = list(held_now.select_for_update().order_by("pk"))
    for held in found:
        held.released_at, held.released_because = at, _why(held, request)
        held.save()
    return found


def _why(held: SubscriberNumber, request: NumberRequest) -> str:
    if held.account_id != request.account_id:
        return "moved"
    return "renewed" if held.number == request.number else "changed"


def _tell(
    account_id: UUID, what: str, request: NumberRequest, phones: Mapping[str, str], at: datetime
) -> None:
    tell_of_change(
        account_id=AccountId(account_id),
        what=what,
        phones=phones,
        reference=reference(request.pk),
        at=at,
        number=masked(request.number),
    )
