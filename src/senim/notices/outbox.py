"""Leave a message in the outbox, in the caller's transaction."""

import uuid
from datetime import datetime
from typing import NewType

from senim import jobs
from senim.notices import segments
from senim.notices.models import Channel, Notice
from senim.notices.models import NoticeState as NoticeState
from senim.notices.sealing import seal
from senim.settings import settings

NoticeId = NewType("NoticeId", uuid.UUID)


def send_mail(*, to: str, subject: str, body: str, reference: str, at: datetime) -> NoticeId:
    """Have a mail sent, at least once. ``reference`` says what it is about, with nothing personal in it."""
    words = {"to": to, "subject": subject, "body": body}
    return _leave(Channel.MAIL, words, reference=reference, at=at)


def send_sms(
    *,
    to: str | None,
    text: str,
    reference: str,
    at: datetime,
    expires_at: datetime | None = None,
    dedupe: str | None = None,
) -> NoticeId:
    """Have an SMS sent to an E.164 number. With ``expires_at``: each provider at most once, never after it.
    Of those with the same ``dedupe`` only the first is sent, and it is the one returned.

    ``to=None`` is for nobody: the job runs and sends nothing, so that whoever asked cannot tell. Raises
    ``segments.TooLong``.
    """
    segments.check(text)
    words = {"to": to or "", "body": text}
    return _leave(Channel.SMS, words, reference=reference, at=at, expires_at=expires_at, dedupe=dedupe)


def latest_about(reference: str) -> NoticeState | None:
    """How far the newest notice about this has come; None if there is none."""
    states = Notice.objects.filter(reference=reference).order_by("created_at").values_list("state", flat=True)
    newest = states.last()
    return NoticeState(newest) if newest else None


def forget_settled(*, at: datetime) -> int:
    """Rows of notices whose fate is long known; their words were wiped at once. How many."""
    settled = Notice.objects.filter(settled_at__lt=at - settings.settled_notices_kept)
    return settled.exclude(state__in=[NoticeState.QUEUED, NoticeState.SENDING]).delete()[0]


def _leave(
    channel: Channel,
    words: dict[str, str],
    *,
    reference: str,
    at: datetime,
    expires_at: datetime | None = None,
    dedupe: str | None = None,
) -> NoticeId:
    key = uuid.uuid4()
    notice = Notice(
        id=key,
        channel=channel,
        reference=reference,
        dedupe=dedupe,
        sealed=seal(key, words),
        created_at=at,
        expires_at=expires_at,
    )
    if dedupe is None:
        notice.save(force_insert=True)
    else:
        Notice.objects.bulk_create([notice], ignore_conflicts=True)
        key = Notice.objects.values_list("pk", flat=True).get(dedupe=dedupe)
    if key == notice.pk:
        _enqueue(notice)
    return NoticeId(key)


def _enqueue(notice: Notice) -> None:
    """A queue each: a mail server that hangs must not keep one-time passwords waiting."""
    if notice.channel == Channel.MAIL:
        jobs.enqueue("notices.deliver_mail", queue="notices.mail", notice=str(notice.pk))
    else:
        jobs.enqueue("notices.deliver_sms", queue="notices.sms", notice=str(notice.pk))
