"""The holder's side: freeze, look at the case, unfreeze."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction

from senim.accounts import AccountId, signed_steps
from senim.accounts.authentication import Authentication
from senim.accounts.factor_notices import tell_of_change
from senim.accounts.freezing.advance import _advance
from senim.accounts.freezing.frozen import turn
from senim.accounts.freezing.process import Actor, CaseState
from senim.accounts.locks import take_turns
from senim.accounts.models import Account, FreezeCase
from senim.accounts.sessions import end_others
from senim.accounts.signatures import SignatureRefused, accept
from senim.countries.kz import names, times
from senim.errors import NotFound, Refused
from senim.texts import Text, language, say_in

PROFILES = frozenset({"individual_sign"})
DIGITS = 12


class NothingFrozen(NotFound):
    """This account is not frozen, or was never."""

    clause: ClassVar[str] = "PT-2.4"


class UnfreezingNotSigned(Refused):
    """The signature over the text is not accepted; ``problem`` says why."""

    clause: ClassVar[str] = "PT-2.4"


class UnfreezingSignedByAnother(Refused):
    clause: ClassVar[str] = "PT-2.4"


@dataclass(frozen=True)
class Line:
    """A line of somebody's history that was not them, in its words."""

    at: datetime
    text: Text

    def as_json(self) -> dict[str, Any]:
        facts = {name: str(value) for name, value in self.text.facts.items()}
        return {"at": self.at.isoformat(), "text_id": self.text.id, "facts": facts}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Line":
        return cls(datetime.fromisoformat(kept["at"]), Text(kept["text_id"], **kept["facts"]))


@dataclass(frozen=True)
class Frozen:
    """A case, as its holder sees it."""

    case_id: UUID
    number: str
    state: CaseState
    said: tuple[Line, ...]
    opened_at: datetime
    answer: str
    answered_at: datetime | None
    unfrozen_at: datetime | None


def freeze(*, account_id: AccountId, line: Line, keep_session: str, at: datetime) -> Frozen:
    """Freeze the factors of this account, and have somebody look into ``line``.

    All sessions end but that of the key ``keep_session``. What is frozen already gets the line only.
    """
    with transaction.atomic():
        take_turns(turn(account_id))
        open_case = FreezeCase.objects.select_for_update().filter(account_id=account_id, unfrozen_at=None)
        case = open_case.first()
        is_new = case is None
        case = case or _new(account_id, at)
        if line.as_json() not in case.said:
            case.said = [*case.said, line.as_json()]
            _advance(case, "say", actor=Actor.HOLDER, by=f"account:{account_id}", at=at)
        end_others(account_id=account_id, keep=keep_session)
        if is_new:
            tell_of_change(account_id=account_id, what="frozen", at=at, number=case.number)
    return shown(case)


def case_of(account_id: AccountId) -> Frozen | None:
    """The latest case of this account."""
    case = FreezeCase.objects.filter(account_id=account_id).order_by("opened_at").last()
    return shown(case) if case else None


def unfreezing_text(*, account_id: AccountId) -> str:
    """What is signed to unfreeze, the same bytes each time. Refuses: NothingFrozen."""
    return _text_of(_open_case(account_id))


def unfreeze(
    *,
    account_id: AccountId,
    authentication: Authentication | None,
    signature: bytes,
    keep_session: str,
    at: datetime,
) -> Frozen:
    """All ways of signing in are open again: their holder signed for it; how they were signed in is kept.

    Refuses: NothingFrozen, UnfreezingNotSigned, UnfreezingSignedByAnother.
    """
    signed = _open_case(account_id)
    _check(signed, signature, at)
    with transaction.atomic():
        take_turns(turn(account_id))
        case = FreezeCase.objects.select_for_update().filter(pk=signed.pk, unfrozen_at=None).first()
        if case is None:
            raise NothingFrozen
        case.signature, case.unfrozen_at = signature, at
        kept = signed_steps.keep(
            subject=f"freeze:{case.pk}", account_id=account_id, authentication=authentication, at=at
        )
        _advance(case, "unfreeze", actor=Actor.HOLDER, by=f"account:{account_id}", at=at, beside=kept)
        end_others(account_id=account_id, keep=keep_session)
        tell_of_change(account_id=account_id, what="unfrozen", at=at, number=case.number)
    return shown(case)


def shown(case: FreezeCase) -> Frozen:
    return Frozen(
        case_id=case.pk,
        number=case.number,
        state=CaseState(case.state),
        said=tuple(map(Line.from_json, case.said)),
        opened_at=case.opened_at,
        answer=case.answer,
        answered_at=case.answered_at,
        unfrozen_at=case.unfrozen_at,
    )


def _new(account_id: AccountId, at: datetime) -> FreezeCase:
    return FreezeCase(
        number=f"{secrets.randbelow(10**DIGITS):0{DIGITS}}",
        account_id=account_id,
        language=language(),
        state=CaseState.FROZEN,
        said=[],
        opened_at=at,
    )


def _open_case(account_id: AccountId) -> FreezeCase:
    case = FreezeCase.objects.filter(account_id=account_id, unfrozen_at=None).first()
    if case is None:
        raise NothingFrozen
    return case


def _check(case: FreezeCase, signature: bytes, at: datetime) -> None:
    try:
        person = accept(cms=signature, text=_text_of(case), profiles=PROFILES, at=at)
    except SignatureRefused as refusal:
        raise UnfreezingNotSigned(problem=refusal.reason) from None
    if person.iin != Account.objects.values_list("iin", flat=True).get(pk=case.account_id):
        raise UnfreezingSignedByAnother


def _text_of(case: FreezeCase) -> str:
    account = Account.objects.get(pk=case.account_id)
    return say_in(
        case.language,
        "accounts.unfreezing",
        number=case.number,
        time=times.to_the_second(case.opened_at),
        name=names.in_full(account),
        iin=account.iin,
    )
