"""Whoever changes a way of signing in tells its holder over another channel than the one that changed.

The one place for it. The cabinet says it always; a mail goes to the address of the certificate, an SMS to the
connected number, or, where it is the number that changes, to those that the verb names.
"""

from collections.abc import Mapping
from datetime import datetime

from senim.accounts import AccountId
from senim.accounts.models import Account, SubscriberNumber
from senim.accounts.timeline import Kind, Outcome, tell
from senim.notices.outbox import send_mail, send_sms
from senim.texts import say_in


def tell_of_change(
    *,
    account_id: AccountId,
    what: str,
    at: datetime,
    phones: Mapping[str, str] | None = None,
    reference: str = "",
    **facts: str,
) -> None:
    """In the caller's transaction. ``what`` names the words: ``accounts.timeline.<what>``,
    ``accounts.mail.<what>`` with its ``.subject``, ``accounts.sms.<what>`` for the connected number.

    ``phones`` are told instead of that one, each in the words it is mapped to; ``reference`` is what the
    messages are about, where that is not the account.
    """
    account = Account.objects.get(pk=account_id)
    about = reference or f"account:{account_id}"
    _tell(account, what, about, at, facts)
    told = dict.fromkeys(_connected(account_id), what) if phones is None else phones
    for number, words in told.items():
        send_sms(to=number, text=say_in(account.language, f"accounts.sms.{words}"), reference=about, at=at)


def tell_by_mail(*, account_id: AccountId, what: str, at: datetime, **facts: str) -> None:
    """In the cabinet and by mail only: for what changes no factor."""
    _tell(Account.objects.get(pk=account_id), what, f"account:{account_id}", at, facts)


def _tell(account: Account, what: str, about: str, at: datetime, facts: Mapping[str, str]) -> None:
    tell(
        account_id=AccountId(account.pk),
        text_id=f"accounts.timeline.{what}",
        kind=Kind.FACTOR,
        outcome=Outcome.DONE,
        at=at,
        **facts,
    )
    if account.email:
        text_id = f"accounts.mail.{what}"
        send_mail(
            to=account.email,
            subject=say_in(account.language, f"{text_id}.subject"),
            body=say_in(account.language, text_id, **{**facts, "name": account.given_name}),
            reference=about,
            at=at,
        )


def _connected(account_id: AccountId) -> list[str]:
    mine = SubscriberNumber.objects.filter(account_id=account_id, released_at=None)
    return list(mine.values_list("number", flat=True))
