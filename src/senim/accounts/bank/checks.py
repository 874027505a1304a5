"""Is the number a bank has for its customer the one connected here (PH-7a)?

The answer is one of two words: a number that is another's, an account without a number and an IIN nobody has
an account under are one and the same. Whoever guesses is stopped: wrong comparisons are counted for each bank
with each person and each number, and for the bank as a whole, before they are answered; right ones are free,
for they tell the bank what it knows.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction

from senim import identifiers, rulebook
from senim.accounts import AccountId, phones
from senim.accounts.counting import DAY, counted, give_back, stand_in, window_of
from senim.accounts.locks import take_turns
from senim.accounts.models import Account, BankCheck, SubscriberNumber
from senim.accounts.states import Channel
from senim.accounts.systems.standing import AdmittedSystem
from senim.accounts.timeline import tell
from senim.errors import NotFound, Refused
from senim.journal import record
from senim.settings import settings

CLOCKS_DIFFER_BY = timedelta(seconds=30)
logger = logging.getLogger(__name__)


class BankChannelClosed(Refused):
    """No rule in force provides for it, or this instance has closed it."""

    clause: ClassVar[str] = "PH-7a"


class CustomerIsNoIndividual(Refused):
    """A BIN: organisations have no subscriber numbers."""

    clause: ClassVar[str] = "PH-3"


class CustomerNotPresent(Refused):
    """The customer signed in to the bank's app too long ago, or later than now."""

    clause: ClassVar[str] = "PH-7a"


class ComparedTooOften(Refused):
    """Too many wrong comparisons today: this looks like guessing."""

    clause: ClassVar[str] = "PH-7a"


class ReplayIdSpent(Refused):
    """This replay id belongs to another question of the same bank."""

    clause: ClassVar[str] = "PH-7a"


class NoSuchCheck(NotFound):
    """No check of this bank has this number, or it was about somebody else."""

    clause: ClassVar[str] = "PH-7a"


@dataclass(frozen=True)
class Customer:
    """Whom the bank speaks of, as it knows them: an IIN, a number, and how they signed in to its app."""

    iin: str
    number: str
    authenticated_at: datetime
    amr: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """``same``, or else another number, none, or nobody: which, is not said."""

    check_id: uuid.UUID
    same: bool
    checked_at: datetime


def compare(*, bank: AdmittedSystem, customer: Customer, replay_id: str, at: datetime) -> Compared:
    """Answer, leave the admission on record and tell the holder. The same replay id gets the same answer.

    Refuses: BankChannelClosed, CustomerIsNoIndividual, CustomerNotPresent, ComparedTooOften,
    ReplayIdSpent, and what ``identifiers`` and ``phones`` refuse: none of it depends on who has an account.
    """
    refuse_unless_open(at=at)
    iin, number = individual(customer.iin), phones.parse(customer.number)
    with transaction.atomic():
        take_turns(f"bank check {bank.id} {replay_id}")
        if before := BankCheck.objects.filter(system_id=bank.id, replay_id=replay_id).first():
            return _answered(before, iin, number)
        _refuse_unless_present(customer, at)
        same = _compare(bank, iin, number, at)
        check = BankCheck.objects.create(
            system_id=bank.id,
            replay_id=replay_id,
            pair=pair(iin, number),
            same=same,
            authenticated_at=min(customer.authenticated_at, at),
            amr=" ".join(customer.amr),
            checked_at=at,
        )
        happened = "same" if same else "different"
        tell(account_id=whose(iin), text_id=f"accounts.timeline.bank_{happened}", at=at, bank=bank.name)
        record(
            verb="accounts.bank.compare",
            clause="PH-7a",
            subject=f"bank_check:{check.pk}",
            actor=bank.reference,
            at=at,
            facts={"same": same},
            personal={"iin": iin},
            changed=[check],
        )
    return Compared(check.pk, same, at)


def refuse_unless_open(*, at: datetime) -> None:
    """Refuses: BankChannelClosed."""
    closed = Channel.BANK in settings.closed_number_channels
    if closed or not rulebook.followed("subscriber_number_2024", at=at):
        raise BankChannelClosed


def individual(iin: str) -> str:
    """Refuses: WrongIdentifier, CustomerIsNoIndividual."""
    parsed = identifiers.parse(iin)
    if parsed.kind is not identifiers.Kind.INDIVIDUAL:
        raise CustomerIsNoIndividual
    return parsed.number


def pair(iin: str, number: str) -> str:
    """What stands for both."""
    return stand_in(f"{iin} {number}")


def whose(iin: str) -> AccountId:
    """Whose timeline is written to: nobody's where there is no account, by the same statements."""
    account_id = Account.objects.filter(iin=iin).values_list("pk", flat=True).first()
    return AccountId(account_id or uuid.UUID(hex=stand_in(iin)[:32]))


def _answered(check: BankCheck, iin: str, number: str) -> Compared:
    if check.pair != pair(iin, number):
        raise ReplayIdSpent
    return Compared(check.pk, check.same, check.checked_at)


def _refuse_unless_present(customer: Customer, at: datetime) -> None:
    """The bank's word, under its signature; a check without a customer in front of it is a look-up."""
    if (
        not timedelta(0) - CLOCKS_DIFFER_BY
        <= at - customer.authenticated_at
        <= settings.bank_customer_present
    ):
        raise CustomerNotPresent


def _compare(bank: AdmittedSystem, iin: str, number: str, at: datetime) -> bool:
    """Counted as wrong before the answer is known, so that guesses of one moment cannot share a count."""
    day, limit = window_of(at, DAY), settings.bank_wrong_comparisons_per_person_per_day
    limits = (
        ("bank and person", stand_in(f"{bank.id} {iin}"), limit),
        ("bank and number", stand_in(f"{bank.id} {number}"), limit),
        ("bank", str(bank.id), settings.bank_wrong_comparisons_per_day),
    )
    for kind, key, most in limits:
        if not counted(kind, key, day, most):
            logger.warning("bank_compares_too_often", extra={"system": str(bank.id), "limit": kind})
            raise ComparedTooOften
    connected = SubscriberNumber.objects.filter(number=number, released_at=None)
    same = Account.objects.filter(iin=iin, pk__in=connected.values("account_id")).exists()
    if same:
        for kind, key, _ in limits:
            give_back(kind, key, day)
    return same
