"""Whoever changes a way of signing in tells its holder over another channel than the one that changed.

The one place for it. The cabinet says it always; a mail goes to the address of the certificate, an SMS to the
connected number. Where it is the number that changed, ``connection`` sends the SMS itself.
"""

from datetime import datetime

from senim.accounts import AccountId
from senim.accounts.models import Account, SubscriberNumber
from senim.accounts.timeline import Kind, Outcome, tell
from senim.notices.outbox import send_mail, send_sms
from senim.texts import say_in


def tell_of_change(*, account_id: AccountId, what: str, at: datetime, **facts: str) -> None:
    """In the caller's transaction. ``what`` names the words: ``accounts.timeline.<what>``,
    ``accounts.sms.<what>``, ``accounts.mail.<what>`` with its ``.subject``.
    """
    account = Account.objects.get(pk=account_id)
    tell_by_mail(account_id=account_id, what=what, at=at, **facts)
    for number in _connected(account_id):
        text = say_in(account.language, f"accounts.sms.{what}")
        send_sms(to=number, text=text, reference=f"account:{account_id}", at=at)


def tell_by_mail(
    *, account_id: AccountId, what: str, at: datetime, reference: str = "", **facts: str
) -> None:
    """In the cabinet and by mail only: for doors that may not read numbers, for what changes no factor.

    ``reference`` is what the mail is about, where that is not the account.
    """
    account = Account.objects.get(pk=account_id)
    tell(
        account_id=account_id,
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
            reference=reference or f"account:{account_id}",
            at=at,
        )


def _connected(account_id: AccountId) -> list[str]:
    mine = SubscriberNumber.objects.filter(account_id=account_id, released_at=None)
    return list(mine.values_list("number", flat=True))
