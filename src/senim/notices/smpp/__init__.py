"""SMS over SMPP 3.4: one transmitter session per process, kept while it answers.

Texts always go as UCS-2: Kazakh needs it, and SMSCs disagree about what their default alphabet is.
"""

import threading
from datetime import timedelta

from aiosmpplib import NPI, TON, BindTransmitter, PhoneNumber, SubmitSm

from senim.notices.providers import NotSubmitted, OutcomeUnknown, Rejected
from senim.notices.smpp.link import HEADER_BYTES, Link, LinkDown
from senim.settings import settings

WAIT_SECONDS = 10.0
BUSY = frozenset({0x08, 0x14, 0x45, 0x58})
"""System error, queue full, submit failed, throttled (SMPP 3.4 §5.1.3): not taken, and worth another try."""

_lock = threading.Lock()
_link: Link | None = None


def submit(*, to: str, text: str, valid_for: timedelta | None) -> str:
    """Hand an SMS to the SMSC; returns its message id. Raises NotSubmitted, OutcomeUnknown or Rejected."""
    message = SubmitSm(
        short_message=text,
        source=_sender(),
        destination=PhoneNumber(to.removeprefix("+"), TON.INTERNATIONAL, NPI.ISDN),
        validity_period=valid_for and max(valid_for, timedelta(seconds=1)),
        registered_delivery=1,
        encoding="ucs2",
    )
    with _lock:
        link = _bound_link()
        try:
            answer = link.ask(message)
        except LinkDown as broken:
            disconnect()
            raise OutcomeUnknown(str(broken)) from None
    if answer.status in BUSY:
        raise NotSubmitted(f"SMPP 0x{answer.status:08x}")
    if answer.status:
        raise Rejected(f"SMPP 0x{answer.status:08x}")
    return answer.raw[HEADER_BYTES:].rstrip(b"\0").decode("ascii", "replace")


def disconnect() -> None:
    """Drop the session; the next message binds anew."""
    global _link
    if _link:
        _link.close()
    _link = None


def _bound_link() -> Link:
    global _link
    if _link and not _link.alive():
        disconnect()
    if _link is None:
        try:
            _link = Link(BindTransmitter, wait=WAIT_SECONDS)
        except LinkDown as down:
            raise NotSubmitted(str(down)) from None
    return _link


def _sender() -> PhoneNumber:
    """A short code is a number of this network; a name is alphanumeric (SMPP 3.4 §5.2.5)."""
    if settings.sms_sender.isdigit():
        return PhoneNumber(settings.sms_sender, TON.NETWORK_SPECIFIC, NPI.ISDN)
    return PhoneNumber(settings.sms_sender, TON.ALPHANUMERIC, NPI.UNKNOWN)
