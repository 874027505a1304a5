"""The provider's side: cases that wait for an answer, and the answer, in words the holder reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from senim.accounts import AccountId
from senim.accounts.factor_notices import tell_by_mail
from senim.accounts.freezing.advance import _advance
from senim.accounts.freezing.process import CASE, Actor
from senim.accounts.freezing.verbs import Frozen, shown
from senim.accounts.models import Account, FreezeCase
from senim.countries.kz import names
from senim.errors import NotFound, Refused

LONGEST_ANSWER = 2000
WAITING = tuple(row.state for row in CASE.rows if row.action == "answer")


class NoSuchCase(NotFound):
    clause: ClassVar[str] = "PT-2.4"


class AnswerToOwnCase(Refused):
    """Nobody answers what they said themselves."""

    clause: ClassVar[str] = "PT-2.4"


@dataclass(frozen=True)
class DeskCase:
    """A case as responsible staff sees it."""

    frozen: Frozen
    name: str
    iin: str
    waits: bool


def waiting() -> tuple[DeskCase, ...]:
    """Unanswered ones, the oldest first."""
    cases = FreezeCase.objects.filter(state__in=WAITING).order_by("opened_at")
    return tuple(map(_seen, cases))


def case_to_answer(case_id: UUID) -> DeskCase:
    """Refuses: NoSuchCase."""
    case = FreezeCase.objects.filter(pk=case_id).first()
    if case is None:
        raise NoSuchCase
    return _seen(case)


def answer(*, case_id: UUID, words: str, by: UUID, iin: str, at: datetime) -> DeskCase:
    """Answer once; the holder reads it in their cabinet and is told that it is there.

    ``by`` is the operator's id, ``iin`` theirs. Refuses: NoSuchCase, AnswerToOwnCase; NotAllowed where it was
    answered before.
    """
    with transaction.atomic():
        case = FreezeCase.objects.select_for_update().filter(pk=case_id).first()
        if case is None:
            raise NoSuchCase
        if Account.objects.filter(pk=case.account_id, iin=iin).exists():
            raise AnswerToOwnCase
        case.answer, case.answered_by, case.answered_at = words[:LONGEST_ANSWER], by, at
        _advance(case, "answer", actor=Actor.RESPONSIBLE, by=f"operator:{by}", at=at)
        tell_by_mail(account_id=AccountId(case.account_id), what="freeze_answered", at=at, number=case.number)
    return _seen(case)


def _seen(case: FreezeCase) -> DeskCase:
    account = Account.objects.get(pk=case.account_id)
    name = names.in_full(account)
    return DeskCase(shown(case), name, account.iin, case.state in WAITING)
