"""Requests to connect a number: find, open, let run out, refuse, and put into words."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from senim.accounts import AccountId
from senim.accounts.advance import _advance, may
from senim.accounts.models import Account, NumberRequest
from senim.accounts.states import OWN, Actor, Channel, RequestState
from senim.countries.kz import names, times
from senim.errors import NotFound, Refused
from senim.settings import RequestInApp, settings
from senim.texts import language, say_in


class NoRequest(NotFound):
    """No request is open on this account."""

    clause = "PH-4"


def latest(account_id: AccountId, *, among: Collection[Channel] = OWN) -> NumberRequest:
    """The newest request of this account in these channels. Refuses: NoRequest."""
    mine = NumberRequest.objects.filter(account_id=account_id, channel__in=among)
    request = mine.order_by("created_at").last()
    if request is None:
        raise NoRequest
    return request


def locked(account_id: AccountId) -> NumberRequest:
    """The latest request, held until the end of the transaction."""
    return lock(latest(account_id))


def lock(request: NumberRequest) -> NumberRequest:
    """This very request as it is now, held until the end of the transaction."""
    return NumberRequest.objects.select_for_update().get(pk=request.pk)


def new(account_id: AccountId, number: str, channel: Channel, at: datetime) -> NumberRequest:
    """A request in its first state, in the caller's transaction; it replaces an open one of theirs.

    Of the citizen's own channels any, of every other channel its own alone.
    """
    Account.objects.select_for_update().get(pk=account_id)
    rivals = OWN if channel in OWN else {channel}
    for old in NumberRequest.objects.select_for_update().filter(
        account_id=account_id, channel__in=rivals, closed_at=None
    ):
        may(old, "start_over")
        _advance(old, "start_over", actor=Actor.SUBSCRIBER, at=at)
    return NumberRequest(
        account_id=account_id,
        number=number,
        channel=channel,
        signature_wanted=has_to_be_signed(channel),
        language=language(),
        state=RequestState.AUTHORISED,
        created_at=at,
        expires_at=at + settings.number_request_lifetime,
    )


def refuse(
    account_id: AccountId, number: str, channel: Channel, action: str, refusal: Refused, at: datetime
) -> None:
    """Leave the reasoned refusal behind, committed; the caller raises it."""
    with transaction.atomic():
        request = new(account_id, number, channel, at)
        request.refusal = refusal.text_id()
        _advance(request, action, actor=Actor.PORTAL, at=at)


def run_out(request: NumberRequest, at: datetime) -> bool:
    """Whether the request is out of date; closes it then."""
    if at < request.expires_at:
        return False
    _advance(request, "expire", actor=Actor.PORTAL, at=at)
    return True


def text_of(request: NumberRequest) -> str:
    """The electronic request in words, the same bytes every time it is asked for."""
    account = Account.objects.get(pk=request.account_id)
    return say_in(
        request.language,
        "accounts.request_change" if request.channel == Channel.CHANGE else "accounts.request",
        request=request.pk,
        time=times.to_the_second(request.created_at),
        name=names.in_full(account),
        iin=account.iin,
        number=request.number,
    )


def has_to_be_signed(channel: Channel) -> bool:
    """By clauses 5 and 8 themselves; in the app row 8 of the annex is a switch (PH-A8a)."""
    if channel is Channel.MOBILE:
        return settings.number_request_in_app is RequestInApp.SIGNED
    return channel in {Channel.PORTAL, Channel.CHANGE}


def reference(request_id: UUID) -> str:
    """What the messages about a request, and whoever signed it, are kept under."""
    return f"number_request:{request_id}"
