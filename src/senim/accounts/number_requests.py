"""Requests to connect a number: find, open, let run out, refuse, and put into words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from senim.accounts import AccountId
from senim.accounts.advance import _advance, may
from senim.accounts.models import Account, NumberRequest
from senim.accounts.process import Actor, RequestState
from senim.countries import kz as country
from senim.errors import NotFound, Refused
from senim.settings import settings
from senim.texts import language, say_in


class NoRequest(NotFound):
    """No request is open on this account."""

    clause = "PH-4"


def latest(account_id: AccountId) -> NumberRequest:
    """Refuses: NoRequest."""
    request = NumberRequest.objects.filter(account_id=account_id).order_by("created_at").last()
    if request is None:
        raise NoRequest
    return request


def locked(account_id: AccountId) -> NumberRequest:
    """The latest request, held until the end of the transaction."""
    return lock(latest(account_id))


def lock(request: NumberRequest) -> NumberRequest:
    """This very request as it is now, held until the end of the transaction."""
    return NumberRequest.objects.select_for_update().get(pk=request.pk)


def new(account_id: AccountId, number: str, at: datetime) -> NumberRequest:
    """A request in its first state, in the caller's transaction; one that is open is replaced."""
    Account.objects.select_for_update().get(pk=account_id)
    for old in NumberRequest.objects.select_for_update().filter(account_id=account_id, closed_at=None):
        may(old, "start_over")
        _advance(old, "start_over", actor=Actor.SUBSCRIBER, at=at)
    return NumberRequest(
        account_id=account_id,
        number=number,
        language=language(),
        state=RequestState.AUTHORISED,
        created_at=at,
        expires_at=at + settings.number_request_lifetime,
    )


def refuse(account_id: AccountId, number: str, action: str, refusal: Refused, at: datetime) -> None:
    """Leave the reasoned refusal behind, committed; the caller raises it."""
    with transaction.atomic():
        request = new(account_id, number, at)
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
    moment = request.created_at.astimezone(ZoneInfo(country.TIME_ZONE))
    return say_in(
        request.language,
        "accounts.request",
        request=request.pk,
        time=moment.isoformat(timespec="seconds"),
        name=" ".join(filter(None, (account.surname, account.given_name, account.patronymic))),
        iin=account.iin,
        number=request.number,
    )
