"""The moment a number becomes somebody's: what it ends, and who is told."""

from datetime import datetime

from senim.accounts import AccountId
from senim.accounts.advance import _advance
from senim.accounts.locks import take_turns
from senim.accounts.models import Account, NumberRequest, SubscriberNumber
from senim.accounts.phones import masked
from senim.accounts.process import Actor
from senim.accounts.sessions import end_others
from senim.accounts.timeline import tell
from senim.notices.outbox import send_mail, send_sms
from senim.texts import say_in


def connect_now(request: NumberRequest, *, keep_session: str, at: datetime) -> None:
    """Connect the request's number to its account, in the caller's transaction, which holds the request."""
    # Two accounts may be connecting one number this very moment; the second then sees the first's row.
    take_turns(f"subscriber number {request.number}")
    account = Account.objects.get(pk=request.account_id)
    released = [*_release_from_another(request, at), *_release_own(request, account, at)]
    connected = SubscriberNumber.objects.create(
        account_id=request.account_id, number=request.number, request_id=request.pk, connected_at=at
    )
    _advance(request, "connect", actor=Actor.SUBSCRIBER, at=at, changed=[*released, connected])
    end_others(account_id=AccountId(account.pk), keep=keep_session)
    tell(
        account_id=AccountId(account.pk),
        text_id="accounts.timeline.connected",
        at=at,
        number=masked(request.number),
    )
    _write(account, "accounts.mail.connected", request, at)


def _release_from_another(request: NumberRequest, at: datetime) -> list[SubscriberNumber]:
    """The operator gave the number to somebody else: its code reached them, so the old holder lost it."""
    elsewhere = SubscriberNumber.objects.filter(number=request.number, released_at=None)
    found = list(elsewhere.exclude(account_id=request.account_id))
    for held in found:
        held.released_at, held.released_because = at, "moved"
        held.save()
        holder = Account.objects.get(pk=held.account_id)
        tell(
            account_id=AccountId(holder.pk),
            text_id="accounts.timeline.moved",
            at=at,
            number=masked(request.number),
        )
        _write(holder, "accounts.mail.moved", request, at)
    return found


def _release_own(request: NumberRequest, account: Account, at: datetime) -> list[SubscriberNumber]:
    """The number held until now is told too, in case somebody else is behind the change."""
    found = list(SubscriberNumber.objects.filter(account_id=request.account_id, released_at=None))
    for held in found:
        same = held.number == request.number
        held.released_at, held.released_because = at, "renewed" if same else "changed"
        held.save()
        if same:
            continue
        text = say_in(account.language, "accounts.sms.changed")
        send_sms(to=held.number, text=text, reference=f"number_request:{request.pk}", at=at)
    return found


def _write(account: Account, text_id: str, request: NumberRequest, at: datetime) -> None:
    """By mail, another channel than the one that changed; without an address the cabinet has to do."""
    if account.email:
        send_mail(
            to=account.email,
            subject=say_in(account.language, f"{text_id}.subject"),
            body=say_in(account.language, text_id, name=account.given_name, number=masked(request.number)),
            reference=f"number_request:{request.pk}",
            at=at,
        )
