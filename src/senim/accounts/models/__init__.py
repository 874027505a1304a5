"""The tables of accounts. Nothing outside this room reads or writes them."""

from senim.accounts.models.bank import BankCheck, BankRequest
from senim.accounts.models.biometrics import RemoteIdentification
from senim.accounts.models.counter import CounterApplication, CounterSecond, CounterWorker
from senim.accounts.models.factors import OneTimePassword, Password, SpentChallenge
from senim.accounts.models.freezing import FROZEN, IS_FROZEN, FreezeCase
from senim.accounts.models.happenings import RegistryRead, SendCounter, SignInAttempt, TimelineEntry
from senim.accounts.models.numbers import NumberRequest, SubscriberNumber
from senim.accounts.models.organisations import Organisation
from senim.accounts.models.passkeys import Passkey
from senim.accounts.models.people import Account, Session
from senim.accounts.models.steps import SignedStep
from senim.accounts.models.systems import (
    AuthorisedBodyOfficial,
    InformationSystem,
    SpentProof,
    SystemApplication,
    SystemStep,
    SystemToken,
)

__all__ = [
    "FROZEN",
    "IS_FROZEN",
    "Account",
    "AuthorisedBodyOfficial",
    "BankCheck",
    "BankRequest",
    "CounterApplication",
    "CounterSecond",
    "CounterWorker",
    "FreezeCase",
    "InformationSystem",
    "NumberRequest",
    "OneTimePassword",
    "Organisation",
    "Passkey",
    "Password",
    "RegistryRead",
    "RemoteIdentification",
    "SendCounter",
    "Session",
    "SignInAttempt",
    "SignedStep",
    "SpentChallenge",
    "SpentProof",
    "SubscriberNumber",
    "SystemApplication",
    "SystemStep",
    "SystemToken",
    "TimelineEntry",
]
