"""How sure it was who somebody is, kept with what they signed: for whoever decides on it, and for themselves.

A request is named as the journal names it: ``application:<id>``, ``revocation:<id>``,
``number_request:<id>``; what an operator signs for one is its ``confirmation:<id>`` or
``countersignature:<id>``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from senim.accounts import AccountId
from senim.accounts.authentication import Authentication
from senim.accounts.models import Account, SignedStep
from senim.texts import Text

WORDS = {
    "pop": "signature",
    "hwk": "passkey",
    "swk": "passkey",
    "otp": "code",
    "pwd": "password",
    "face": "biometrics",
    "fpt": "biometrics",
    "iris": "biometrics",
}
"""Which of RFC 8176's names stands for which way of proving who one is."""


@dataclass(frozen=True)
class SignedIn:
    """How somebody was signed in, as it is shown: the ways, the level they come to, and when."""

    acr: str
    amr: tuple[str, ...]
    authenticated_at: datetime

    @property
    def ways(self) -> tuple[Text, ...]:
        return tuple(Text(f"accounts.way.{WORDS[name]}") for name in self.amr if name in WORDS)

    @property
    def level(self) -> Text:
        return Text(f"accounts.acr.{self.acr}")


def keep(
    *, subject: str, account_id: AccountId, authentication: Authentication | None, at: datetime
) -> list[Model]:
    """In the transaction of the verb that takes the signature; what it returns belongs on its record."""
    if authentication is None:
        return []
    step = SignedStep.objects.create(
        account_id=account_id,
        subject=subject,
        acr=authentication.acr,
        amr=" ".join(authentication.amr),
        authenticated_at=authentication.at,
        signed_at=at,
    )
    return [step]


def keep_of(*, iin: str, subject: str, authentication: Authentication | None, at: datetime) -> list[Model]:
    """Of somebody at the desk; as ``keep``."""
    if authentication is None:
        return []
    return keep(subject=subject, account_id=account_of(iin), authentication=authentication, at=at)


def account_of(iin: str) -> AccountId:
    """Of somebody at the desk: their certificate opened it."""
    return AccountId(Account.objects.values_list("pk", flat=True).get(iin=iin))


def of(subjects: Collection[str]) -> dict[tuple[str, datetime], SignedIn]:
    """Everything kept of these requests, by request and moment of the signature, the latest last."""
    rows = SignedStep.objects.filter(subject__in=subjects).order_by("signed_at") if subjects else ()
    return {(row.subject, row.signed_at): _shown(row) for row in rows}


def latest(subject: str, *, by: AccountId | None = None) -> SignedIn | None:
    """Of whoever signed last, or of this one. None where nobody did while signed in, or it was not kept."""
    steps = SignedStep.objects.filter(subject=subject)
    row = (steps.filter(account_id=by) if by else steps).order_by("signed_at").last()
    return _shown(row) if row else None


def _shown(row: SignedStep) -> SignedIn:
    return SignedIn(row.acr, tuple(row.amr.split()), row.authenticated_at)
