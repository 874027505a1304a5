"""The code of a request to connect a number: sent to that number and to no other, judged, in every channel.

Tables that use it name these steps ``confirm_code`` and ``refuse_code``. A code serves one channel.
"""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from senim.accounts import AccountId
from senim.accounts.advance import _advance
from senim.accounts.models import NumberRequest
from senim.accounts.number_requests import reference, text_of
from senim.accounts.one_time_passwords import Issued, Purpose, Verdict, issue, judge
from senim.accounts.sms import code_text
from senim.accounts.states import Actor, Channel
from senim.errors import Refused
from senim.notices.outbox import send_sms

PURPOSES = {
    Channel.PORTAL: Purpose.CONNECT_NUMBER,
    Channel.MOBILE: Purpose.CONNECT_IN_APP,
    Channel.CHANGE: Purpose.CHANGE_NUMBER,
    Channel.BANK: Purpose.CONNECT_NUMBER_THROUGH_BANK,
    Channel.COUNTER: Purpose.CONNECT_AT_COUNTER,
}


class WrongCode(Refused):
    """``count`` attempts are left."""

    clause: ClassVar[str] = "PH-9"


class CodeExpired(Refused):
    clause: ClassVar[str] = "PH-2.4"


class CodeAttemptsSpent(Refused):
    """The request is refused: the number is not connected."""

    clause: ClassVar[str] = "PH-9"


def send_code(
    request: NumberRequest, *, network: str, at: datetime, words: Callable[[str], str] = code_text
) -> Issued:
    """To the number being connected (PH-5.2b), in the caller's transaction. Refuses as ``issue`` does.

    ``words`` makes the message of the code.
    """
    issued = issue(
        purpose=PURPOSES[Channel(request.channel)],
        account_id=AccountId(request.account_id),
        number=request.number,
        operation=text_of(request),
        network=network,
        at=at,
    )
    send_sms(
        to=request.number,
        text=words(issued.code),
        reference=reference(request.pk),
        expires_at=issued.expires_at,
        at=at,
    )
    return issued


def judge_code(
    request: NumberRequest, code: str, *, at: datetime, actor: Actor = Actor.SUBSCRIBER, by: str = ""
) -> Refused | None:
    """Judge the code that ``actor`` typed, ``by`` name where that is not the subscriber; the caller holds the
    request.

    A refusal is given back and not raised: the attempt is committed first.
    """
    judgement = judge(
        purpose=PURPOSES[Channel(request.channel)],
        account_id=AccountId(request.account_id),
        number=request.number,
        operation=text_of(request),
        code=code,
        at=at,
    )
    if judgement.verdict is Verdict.RIGHT:
        request.confirmed_at = at
        _advance(request, "confirm_code", actor=actor, by=by, at=at)
        return None
    if judgement.verdict is Verdict.SPENT:
        request.refusal = CodeAttemptsSpent.text_id()
        _advance(request, "refuse_code", actor=Actor.PORTAL, at=at)
        return CodeAttemptsSpent()
    return CodeExpired() if judgement.verdict is Verdict.NONE else WrongCode(count=judgement.attempts_left)
