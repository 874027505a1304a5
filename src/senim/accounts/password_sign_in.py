"""Sign in by login and password (PT-4.1): the login is the IIN, the password one that its holder chose.

A stranger can shut nobody out. Wrong passwords make their network wait, and after very many all networks the
person never signed in from; certificates and codes are not asked about here at all. An identifier nobody has
here is worth the same work, the same statements and the same answer as a wrong password.
"""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from senim.accounts import AccountId, attempts
from senim.accounts.attempts import Outcome
from senim.accounts.counting import DAY, HOUR, counted, give_back, stand_in, window_of
from senim.accounts.methods import Method, ServiceClass, allowed
from senim.accounts.models import FROZEN, Account, Password
from senim.accounts.password_hashes import matches
from senim.accounts.password_rules import LONGEST, normal
from senim.accounts.passwords import PasswordsNotOffered
from senim.accounts.welcome import SomebodyElse, Welcomed, welcome
from senim.errors import Refused

PER_LOGIN_AND_NETWORK_AN_HOUR = 10
"""Fewer than five would punish people who mistype."""
PER_NETWORK_AN_HOUR = 60
"""Offices and mobile operators hide many people behind one address."""
PER_LOGIN_A_DAY = 100
"""From all networks together that the person never signed in from."""


class LoginOrPasswordWrong(Refused):
    """One of the two; nobody is told which."""

    clause: ClassVar[str] = "PT-4.1"


class TooManyWrongPasswords(Refused):
    """From here, for now. Other ways to sign in are open."""

    clause: ClassVar[str] = "PT-4.1"


def sign_in(*, iin: str, password: str, network: str, known: AccountId | None, at: datetime) -> Welcomed:
    """Judge a login and a password. ``known`` is who is signed in here already.

    Refuses: PasswordsNotOffered, TooManyWrongPasswords, LoginOrPasswordWrong, SomebodyElse.
    """
    if Method.PASSWORD not in allowed(ServiceClass.EVERYDAY, at=at):
        raise PasswordsNotOffered
    limits = _limits(iin, network, at)
    if not all(counted(kind, key, window, limit) for kind, key, window, limit in limits):
        raise TooManyWrongPasswords
    account_id, kept = _kept(iin)
    # Too long a password is never anybody's: judged all the same, by its beginning, so that it costs no more.
    right = matches(normal(password)[: LONGEST + 1], kept)
    if not right or account_id is None:
        _note(iin, network, Outcome.WRONG, at)
        raise LoginOrPasswordWrong
    if known not in (None, account_id):
        _note(iin, network, Outcome.WRONG, at)  # it was right, and not theirs: the owner has to see it
        raise SomebodyElse
    with transaction.atomic():
        for kind, key, window, _ in limits:
            give_back(kind, key, window)
        _note(iin, network, Outcome.SIGNED_IN, at)
        return welcome(account_id, Method.PASSWORD, clause="PT-4.1", at=at)


def _limits(iin: str, network: str, at: datetime) -> list[tuple[str, str, datetime, int]]:
    """What this guess counts against: kind, key, window, most."""
    hour, day = window_of(at, HOUR), window_of(at, DAY)
    own = attempts.came_from_here(iin=iin, network=network, at=at)
    strangers = "password own" if own else "password stranger"
    return [
        ("password network", stand_in(network), hour, PER_NETWORK_AN_HOUR),
        (
            "password both",
            stand_in(f"{iin} {network}"),
            hour,
            PER_LOGIN_AND_NETWORK_AN_HOUR,
        ),
        (strangers, stand_in(iin), day, PER_LOGIN_A_DAY),
    ]


def _kept(iin: str) -> tuple[AccountId | None, str | None]:
    """Whose password it would be, and its hash: one statement, whether or not there is any. A frozen account
    has none that counts.
    """
    mine = Account.objects.filter(~FROZEN, iin=iin).values("pk")
    found = (
        Password.objects.filter(account_id__in=mine, ended_at=None).values_list("account_id", "hash").first()
    )
    return (AccountId(found[0]), found[1]) if found else (None, None)


def _note(iin: str, network: str, outcome: Outcome, at: datetime) -> None:
    attempts.note(iin=iin, network=network, method=Method.PASSWORD, outcome=outcome, at=at)
