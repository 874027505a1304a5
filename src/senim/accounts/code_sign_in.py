"""Sign in by IIN or BIN, connected number and a one-time password sent to it (PT-4.3, PT-4.4, PT-2.2).

A code goes out only to a number that is connected to that IIN; with a BIN, to that of a representative
(``organisations.representatives``). Where it is not, everything else happens all the same: a code that nobody
gets is stored, an SMS to nobody is left in the outbox and its job runs, so that neither the page nor its
time, statements or jobs tell whose number is connected. The same goes for an account that is frozen, and for
a number the operators have doubts about; they are asked of every pair alike. The code is good in the browser
that asked for it, once.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import connection, transaction

from senim.accounts import AccountId, attempts, subscribers
from senim.accounts.attempts import Outcome
from senim.accounts.counting import stand_in
from senim.accounts.methods import Method, ServiceClass, allowed
from senim.accounts.models import IS_FROZEN
from senim.accounts.one_time_passwords import Purpose, Verdict, issue, judge
from senim.accounts.organisations.acting import Acting
from senim.accounts.organisations.representatives import representative
from senim.accounts.send_limits import refuse_from_full_network, refuse_while_paused
from senim.accounts.sms import code_text
from senim.accounts.subscribers import Doubt
from senim.accounts.welcome import SomebodyElse, Welcomed, welcome
from senim.errors import Refused
from senim.identifiers import Kind, parse
from senim.journal import record
from senim.notices.outbox import send_sms

_HOLDER = f"""
SELECT account.id, number.connected_at, {IS_FROZEN}
FROM accounts_account AS account JOIN accounts_subscribernumber AS number ON number.account_id = account.id
WHERE account.iin = %s AND number.number = %s AND number.released_at IS NULL
"""  # noqa: S608
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
    """A code is on its way, if the number is connected to the IIN, or a representative's for the BIN."""

    code_expires_at: datetime
    resend_at: datetime


@dataclass(frozen=True)
class _Holder:
    """Who may be let in, and for whom they then act; nobody is let in who is frozen.

    ``iin`` is of whoever the number should be; ``told`` see that it was tried; ``since`` is when it was
    connected.
    """

    account_id: AccountId | None
    iin: str
    acting: Acting | None
    told: tuple[str, ...]
    since: datetime | None
    is_frozen: bool = False


@dataclass(frozen=True)
class Pair:
    """What somebody says belongs together. ``id`` stands for both, whether or not it is so."""

    identifier: str
    number: str

    @property
    def id(self) -> AccountId:
        return AccountId(uuid.UUID(hex=stand_in(str(self))[:32]))

    def __str__(self) -> str:
        return f"{self.identifier} {self.number}"

    def holder(self, at: datetime) -> _Holder:
        """Whose they are: the same statements for each kind of identifier, whatever is wrong with them."""
        if parse(self.identifier).kind is Kind.INDIVIDUAL:
            return self._person()
        found = representative(bin=self.identifier, number=self.number, at=at)
        told = (self.identifier, found.iin or self.number)
        iin = found.iin or self.identifier
        return _Holder(found.account_id, iin, found.acting, told, found.since, found.is_frozen)

    def _person(self) -> _Holder:
        with connection.cursor() as cursor:
            cursor.execute(_HOLDER, [self.identifier, self.number])
            account_id, connected_at, is_frozen = cursor.fetchone() or (None, None, False)
        known = AccountId(account_id) if account_id and not is_frozen else None
        return _Holder(known, self.identifier, None, (self.identifier,), connected_at, is_frozen)

    def doubt(self, at: datetime) -> Doubt | None:
        """What the operators say, asked whether or not the number is connected: time would tell."""
        holder = self.holder(at)
        return subscribers.doubt_about_code(number=self.number, iin=holder.iin, since=holder.since, at=at)


def ask(*, identifier: str, number: str, browser: str, network: str, at: datetime) -> Asked:
    """Send a code, or do everything but. ``browser`` is a secret of the browser that will bring it back.

    Refuses, by the pair alone: CodesNotOffered, what ``one_time_passwords.issue`` and ``send_limits`` refuse.
    """
    if Method.CODE not in allowed(ServiceClass.EVERYDAY, at=at):
        raise CodesNotOffered
    refuse_while_paused(at)
    refuse_from_full_network(network, at)
    pair = Pair(identifier, number)
    doubt = pair.doubt(at)
    with transaction.atomic():
        holder = pair.holder(at)
        outcome = _outcome(holder, doubt)
        sends = outcome is Outcome.CODE_SENT
        issued = issue(
            purpose=Purpose.SIGN_IN,
            account_id=pair.id,
            # Bound to and counted for both: a stranger who knows only the number cannot use up its codes.
            number=str(pair),
            operation=operation_of(browser) if sends else NOBODYS,
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
        _note(holder, network, outcome, at)
        subject = f"sign_in_code:{issued.id}"
        record(verb="accounts.sign_in.ask_code", clause="PT-4.4", subject=subject, at=at)
    return Asked(issued.expires_at, issued.resend_at)


def sign_in(
    *,
    identifier: str,
    number: str,
    browser: str,
    code: str,
    network: str,
    known: AccountId | None,
    at: datetime,
) -> Welcomed:
    """Judge the code. The number must still be connected, and a representative's certificate still good.

    ``known`` is who is signed in here already.

    Refuses: CodesNotOffered, SignInCodeWrong, SignInCodeOver, SignInCodeSpent, SomebodyElse.
    """
    if Method.CODE not in allowed(ServiceClass.EVERYDAY, at=at):
        raise CodesNotOffered
    pair = Pair(identifier, number)
    with transaction.atomic():
        judgement = judge(
            purpose=Purpose.SIGN_IN,
            account_id=pair.id,
            number=str(pair),
            operation=operation_of(browser),
            code=code,
            at=at,
        )
        holder = pair.holder(at)
        refusal = _refusal(judgement.verdict, judgement.attempts_left, holder.account_id, known)
        _note(holder, network, Outcome.WRONG if refusal else Outcome.SIGNED_IN, at)
        if refusal is None and holder.account_id is not None:
            return welcome(holder.account_id, Method.CODE, clause="PT-4.3", at=at, acting=holder.acting)
    raise refusal or SignInCodeOver


def _outcome(holder: _Holder, doubt: Doubt | None) -> Outcome:
    if holder.is_frozen:
        return Outcome.FROZEN
    if holder.account_id is None:
        return Outcome.NOT_CONNECTED
    return Outcome(doubt) if doubt else Outcome.CODE_SENT


def _note(holder: _Holder, network: str, outcome: Outcome, at: datetime) -> None:
    """With a BIN the organisation is told, and whoever has the number, or a stand-in of nobody's."""
    for identifier in holder.told:
        attempts.note(iin=identifier, network=network, method=Method.CODE, outcome=outcome, at=at)


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


def operation_of(browser: str) -> str:
    """What a code to sign in is bound to: the browser that asked for it."""
    return f"sign in {hashlib.sha256(browser.encode()).hexdigest()}"
