"""Hand one notice to its provider. The state ``sending`` is committed before anything leaves.

So after a crash nobody guesses: mail in ``sending`` is sent again under the same Message-ID, which
receivers fold into one; a message that expires (a one-time password) is not sent again, because a second
copy of an old code is worse than none, and the person can ask for a new one. Of two providers of SMS the
second is given what the first did not take, or may have taken (``failover``); none is given anything twice.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from senim.notices import failover, mail
from senim.notices.models import Channel, Notice, NoticeState
from senim.notices.providers import NotSubmitted, Rejected
from senim.notices.sealing import unseal

GIVE_UP_AFTER = timedelta(days=3)
logger = logging.getLogger(__name__)


class TryAgain(Exception):
    """The provider is down; the job runs again, later and later."""


def deliver(*, notice_id: UUID, at: datetime) -> None:
    """Send this notice unless it is settled, out of date, or may already have gone. Raises TryAgain."""
    notice = Notice.objects.get(pk=notice_id)
    if notice.state not in {NoticeState.QUEUED, NoticeState.SENDING}:
        return
    if _interrupted_once(notice):
        _settle(notice, NoticeState.UNKNOWN, at, problem="interrupted")
    elif at >= (notice.expires_at or notice.created_at + GIVE_UP_AFTER):
        _settle(
            notice, NoticeState.EXPIRED if notice.expires_at else NoticeState.FAILED, at, problem="too late"
        )
    elif _claim(notice):
        if _is_for_nobody(notice):
            _settle(notice, NoticeState.EXPIRED, at, problem="withheld")
        else:
            _hand_over(notice, at)


def _is_for_nobody(notice: Notice) -> bool:
    return not unseal(notice.pk, bytes(notice.sealed or b""))["to"]


def _interrupted_once(notice: Notice) -> bool:
    return notice.state == NoticeState.SENDING and notice.expires_at is not None


def _claim(notice: Notice) -> bool:
    """Whether this worker may send: a message that expires is claimed from ``queued`` only, by one worker."""
    claimable = Q(state=NoticeState.QUEUED) | Q(state=NoticeState.SENDING, expires_at=None)
    return bool(
        Notice.objects.filter(claimable, pk=notice.pk).update(
            state=NoticeState.SENDING, attempts=F("attempts") + 1
        )
    )


def _hand_over(notice: Notice, at: datetime) -> None:
    words = unseal(notice.pk, bytes(notice.sealed or b""))
    if notice.channel == Channel.MAIL:
        _hand_over_mail(notice, words, at)
    else:
        _hand_over_sms(notice, words, at)


def _hand_over_mail(notice: Notice, words: dict[str, str], at: datetime) -> None:
    try:
        reference = mail.submit(notice_id=notice.pk, created_at=notice.created_at, **words)
    except NotSubmitted as down:
        _requeue(notice)
        raise TryAgain(f"mail: {down}") from None
    except Rejected as no:
        _reject(notice, str(no), at)
    else:
        _settle(notice, NoticeState.SENT, at, provider_reference=reference)


def _hand_over_sms(notice: Notice, words: dict[str, str], at: datetime) -> None:
    found = failover.hand_over(
        to=words["to"],
        text=words["body"],
        expires_at=notice.expires_at,
        not_to=notice.in_doubt_with,
        at=at,
    )
    may_go_twice = notice.expires_at is None
    if found.provider:
        taken = {"provider": found.provider, "provider_reference": found.reference}
        _settle(notice, NoticeState.SENT, at, **taken)
    elif found.busy or (found.in_doubt and may_go_twice):
        _requeue(notice, in_doubt_with="" if may_go_twice else found.in_doubt)
        raise TryAgain(f"sms: {found.busy or 'outcome unknown'}")
    elif found.in_doubt:
        _settle(notice, NoticeState.UNKNOWN, at, problem="outcome unknown")
    else:
        _reject(notice, found.rejected, at)


def _reject(notice: Notice, problem: str, at: datetime) -> None:
    logger.warning("notice rejected", extra={"notice": str(notice.pk), "problem": problem})
    _settle(notice, NoticeState.FAILED, at, problem=problem)


def _requeue(notice: Notice, *, in_doubt_with: str = "") -> None:
    Notice.objects.filter(pk=notice.pk, state=NoticeState.SENDING).update(
        state=NoticeState.QUEUED, in_doubt_with=in_doubt_with
    )


def _settle(
    notice: Notice,
    state: NoticeState,
    at: datetime,
    *,
    problem: str = "",
    provider: str = "",
    provider_reference: str = "",
) -> None:
    """The words go with the state: whatever is settled is never sent again."""
    Notice.objects.filter(pk=notice.pk).exclude(state=NoticeState.DELIVERED).update(
        state=state,
        sealed=None,
        problem=problem[:80],
        provider=provider,
        provider_reference=provider_reference,
        sent_at=at if state == NoticeState.SENT else None,
        settled_at=at,
    )
