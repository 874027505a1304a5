"""SMS over SMPP 3.4: one transmitter session per provider and process, kept while it answers.

Texts always go as UCS-2: Kazakh needs it, and SMSCs disagree about what their default alphabet is (in one of
them the ``@`` of a code's last line is another letter).
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from aiosmpplib import NPI, TON, PhoneNumber, SubmitSm

from senim.notices.providers import NotSubmitted, OutcomeUnknown, Rejected
from senim.notices.smpp.centres import Centre
from senim.notices.smpp.link import HEADER_BYTES, LinkDown, Pdu
from senim.notices.smpp.transmitter import CONNECT_SECONDS, Transmitter
from senim.settings import settings

BUSY = frozenset({0x08, 0x14, 0x45, 0x58})
"""System error, queue full, submit failed, throttled (SMPP 3.4 §5.1.3): not taken, and worth another try."""

_turns: defaultdict[Centre, threading.Lock] = defaultdict(threading.Lock)
_bound: dict[Centre, Transmitter] = {}


def submit(*, centre: Centre, to: str, text: str, valid_for: timedelta | None) -> str:
    """Hand an SMS to a provider; returns its message id. Raises NotSubmitted, OutcomeUnknown or Rejected."""
    message = SubmitSm(
        short_message=text,
        source=_sender(),
        destination=PhoneNumber(to.removeprefix("+"), TON.INTERNATIONAL, NPI.ISDN),
        validity_period=valid_for and max(valid_for, timedelta(seconds=1)),
        registered_delivery=1,
        encoding="ucs2",
    )
    transmitter = _transmitter(centre)
    try:
        answer = transmitter.ask(message, within=settings.sms_answer_within.total_seconds())
    except LinkDown as broken:
        _drop(centre, transmitter)  # what it says later about this message, nobody hears
        raise OutcomeUnknown(str(broken)) from None
    return _message_id(answer)


def disconnect() -> None:
    """Drop every session; the next message binds anew."""
    for centre, transmitter in list(_bound.items()):
        _drop(centre, transmitter)


def _message_id(answer: Pdu) -> str:
    if answer.status in BUSY:
        raise NotSubmitted(f"SMPP 0x{answer.status:08x}")
    if answer.status:
        raise Rejected(f"SMPP 0x{answer.status:08x}")
    return answer.raw[HEADER_BYTES:].rstrip(b"\0").decode("ascii", "replace")


def _transmitter(centre: Centre) -> Transmitter:
    """The session kept, or a new one. Raises NotSubmitted."""
    kept = _bound.get(centre)
    if kept and kept.alive():
        return kept
    with _turn(centre):
        if kept and _bound.get(centre) is kept:
            _drop(centre, kept)
        if centre not in _bound:  # else another thread was quicker
            _bound[centre] = _bind(centre)
        return _bound[centre]


@contextmanager
def _turn(centre: Centre) -> Iterator[None]:
    """One thread binds; the others wait for it no longer than binding takes. Raises NotSubmitted."""
    if not _turns[centre].acquire(timeout=CONNECT_SECONDS):
        raise NotSubmitted("another message waits for this provider")
    try:
        yield
    finally:
        _turns[centre].release()


def _bind(centre: Centre) -> Transmitter:
    try:
        return Transmitter(centre)
    except LinkDown as down:
        raise NotSubmitted(str(down)) from None


def _drop(centre: Centre, transmitter: Transmitter) -> None:
    if _bound.get(centre) is transmitter:
        del _bound[centre]
    transmitter.close()


def _sender() -> PhoneNumber:
    """A short code is a number of this network; a name is alphanumeric (SMPP 3.4 §5.2.5)."""
    if settings.sms_sender.isdigit():
        return PhoneNumber(settings.sms_sender, TON.NETWORK_SPECIFIC, NPI.ISDN)
    return PhoneNumber(settings.sms_sender, TON.ALPHANUMERIC, NPI.UNKNOWN)
