"""Sign in by IIN, connected number and a one-time password sent to it (PT-4.3, PT-4.4, PT-2.2).

A code goes out only to a number that is connected to that IIN. Where it is not, everything else happens all
the same: a code that nobody gets is stored, an SMS to nobody is left in the outbox and its job runs, so that
neither the page nor its time, statements or jobs tell whose number is connected. The same goes for a number
the operators have doubts about; they are asked of every pair alike. The code is good in the browser that
asked for it, once.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from senim.accounts import AccountId, attempts, subscribers
from senim.accounts.attempts import Outcome
from senim.accounts.counting import stand_in
from senim.accounts.methods import Method, ServiceClass, allowed
from senim.accounts.models import Account, SubscriberNumber
from senim.accounts.one_time_passwords import Purpose, Verdict, issue, judge
from senim.accounts.send_limits import refuse_from_full_network, refuse_while_paused
from senim.accounts.sms import code_text
from senim.accounts.subscribers import Doubt
from senim.accounts.welcome import SomebodyElse, Welcomed, welcome
from senim.errors import Refused
from senim.journal import record
from senim.notices.outbox import send_sms

NOBODYS = "nobody's"
"""What a code that was withheld is bound to: even who guesses it is wrong."""


class CodesNotOffered(Refused):
    """No rule in force lets anybody sign in by a code."""

    clause: ClassVar[str] = "PT-4.3"


class SignInCodeWrong(Refused):
    """``count`` attempts are left."""

    clause: ClassVar[str] = "PT-4.3"


class SignInCodeOver(Refused):
    """Too old, used, replaced by a newer one, or asked for in another browser."""

    clause: ClassVar[str] = "PT-2.2"


class SignInCodeSpent(Refused):
    """Too many wrong guesses: this way in is closed for a while, the others are not."""

    clause: ClassVar[str] = "PT-4.3"


@dataclass(frozen=True)
class Asked:
    """A code is on its way, if the number is connected to the IIN."""

    code_expires_at: datetime
    resend_at: datetime


@dataclass(frozen=True)
class _Pair:
    """What somebody says belongs together. ``id`` stands for both, whether or not it is so."""

    iin: str
    number: str

    @property
    def id(self) -> AccountId:
        return AccountId(uuid.UUID(hex=stand_in(str(self))[:32]))

    def __str__(self) -> str:
        return f"{self.iin} {self.number}"

    def connection(self) -> tuple[AccountId, datetime] | None:
        """Whose they are, and since when: one statement, whatever is wrong with them."""
        holders = Account.objects.filter(iin=self.iin).values("pk")
        connected = SubscriberNumber.objects.filter(number=self.number, released_at=None)
        found = connected.filter(account_id__in=holders).values_list("account_id", "connected_at").first()
        return (AccountId(found[0]), found[1]) if found else None

    def holder(self) -> AccountId | None:
        found = self.connection()
        return found[0] if found else None

    def doubt(self, at: datetime) -> Doubt | None:
        """What the operators say, asked whether or not the number is connected: time would tell."""
        found = self.connection()
        since = found[1] if found else None
        return subscribers.doubt_about_code(number=self.number, iin=self.iin, since=since, at=at)


def ask(*, iin: str, number: str, browser: str, network: str, at: datetime) -> Asked:
    """Send a code, or do everything but. ``browser`` is a secret of the browser that will bring it back.

    Refuses, by the pair alone: CodesNotOffered, what ``one_time_passwords.issue`` and ``send_limits`` refuse.
    """
    if Method.CODE not in allowed(ServiceClass.EVERYDAY, at=at):
        raise CodesNotOffered
    refuse_while_paused(at)
    refuse_from_full_network(network, at)
    pair = _Pair(iin, number)
    doubt = pair.doubt(at)
    with transaction.atomic():
        outcome = _outcome(connected=pair.holder() is not None, doubt=doubt)
        sends = outcome is Outcome.CODE_SENT
        issued = issue(
            purpose=Purpose.SIGN_IN,
            account_id=pair.id,
            # Bound to and counted for both: a stranger who knows only the number cannot use up its codes.
            number=str(pair),
            operation=_operation(browser) if sends else NOBODYS,
            network=network,
            at=at,
            withheld=not sends,
        )
        send_sms(
            to=number if sends else None,
            text=code_text(issued.code, text_id="accounts.sms.sign_in_code"),
            reference=f"sign_in_code:{issued.id}",
            expires_at=issued.expires_at,
            at=at,
        )
        attempts.note(iin=iin, network=network, method=Method.CODE, outcome=outcome, at=at)
        subject = f"sign_in_code:{issued.id}"
        record(verb="accounts.sign_in.ask_code", clause="PT-4.4", subject=subject, at=at)
    return Asked(issued.expires_at, issued.resend_at)


def sign_in(
    *,
    iin: str,
    number: str,
    browser: str,
    code: str,
    network: str,
    known: AccountId | None,
    at: datetime,
) -> Welcomed:
    """Judge the code. The number must still be connected. ``known`` is who is signed in here already.

    Refuses: CodesNotOffered, SignInCodeWrong, SignInCodeOver, SignInCodeSpent, SomebodyElse.
    """
    if Method.CODE not in allowed(ServiceClass.EVERYDAY, at=at):
        raise CodesNotOffered
    pair = _Pair(iin, number)
    with transaction.atomic():
        judgement = judge(
            purpose=Purpose.SIGN_IN,
            account_id=pair.id,
            number=str(pair),
            operation=_operation(browser),
            code=code,
            at=at,
        )
        holder = pair.holder()
        refusal = _refusal(judgement.verdict, judgement.attempts_left, holder, known)
        outcome = Outcome.WRONG if refusal else Outcome.SIGNED_IN
        attempts.note(iin=iin, network=network, method=Method.CODE, outcome=outcome, at=at)
        if refusal is None and holder is not None:
            return welcome(holder, Method.CODE, clause="PT-4.3", at=at)
    raise refusal or SignInCodeOver


def _outcome(*, connected: bool, doubt: Doubt | None) -> Outcome:
    if not connected:
        return Outcome.NOT_CONNECTED
    return Outcome(doubt) if doubt else Outcome.CODE_SENT


def _refusal(
    verdict: Verdict, left: int, holder: AccountId | None, known: AccountId | None
) -> Refused | None:
    if verdict is Verdict.WRONG:
        return SignInCodeWrong(count=left)
    if verdict is Verdict.SPENT:
        return SignInCodeSpent()
    if verdict is Verdict.NONE or holder is None:
        return SignInCodeOver()
    return SomebodyElse() if known not in (None, holder) else None


def _operation(browser: str) -> str:
    return f"sign in {hashlib.sha256(browser.encode()).hexdigest()}"
