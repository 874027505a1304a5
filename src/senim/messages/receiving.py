"""What to do with one message from the SMSC."""

import logging
import re
import time
from datetime import datetime, timedelta

from aiosmpplib import DeliverSm
from aiosmpplib.state import RECEIPTED_MESSAGE_ID
from django.db import transaction

from senim.notices.outbox import send_sms
from senim.notices.receipts import note_receipt
from senim.notices.sealing import keyed_digest
from senim.texts import LANGUAGES, say_in

NOT_YET_KNOWN_SECONDS = (0.05, 0.2, 0.5, 1.0)
"""A receipt can overtake the commit that stores its message's id."""
THE_MESSAGE_ITSELF = re.compile(r"\btext:", re.IGNORECASE)
"""The last field of a receipt repeats the message: what stands there is nobody's status."""
FIELDS = re.compile(r"(?:^|\s)(id|stat):(\S*)", re.IGNORECASE)
ANSWER_WITHIN = timedelta(minutes=30)
logger = logging.getLogger(__name__)


def receive(message: DeliverSm, *, provider: str, at: datetime) -> None:
    """Note a delivery receipt of this provider, or answer a person's message."""
    if message.is_receipt():
        _note(message, provider, at)
    else:
        _answer(message.source.number, at)


def _note(message: DeliverSm, provider: str, at: datetime) -> None:
    reference, stat = _read(message)
    for pause in (*NOT_YET_KNOWN_SECONDS, 0.0):
        if note_receipt(provider=provider, provider_reference=reference, stat=stat, at=at):
            return
        time.sleep(pause)
    logger.info("receipt for a message we do not know", extra={"stat": stat})


def _read(message: DeliverSm) -> tuple[str, str]:
    """Whose receipt it is, and what became of it. Everything else in it is each centre's own (SMPP 3.4 B)."""
    told, *_ = THE_MESSAGE_ITSELF.split(message.short_message or message.message_payload, maxsplit=1)
    found = {name.lower(): value for name, value in FIELDS.findall(told)}
    tagged = (str(one.value) for one in message.optional_params or () if one.tag == RECEIPTED_MESSAGE_ID)
    reference = found.get("id") or next(tagged, "")
    return reference.rstrip("\0"), found.get("stat", "").upper()


def _answer(number: str, at: datetime) -> None:
    """One answer an hour for a number, or two machines could write to each other for ever."""
    digits = number.removeprefix("+")
    if not digits.isdigit() or len(digits) < 8:
        return  # a short code or a name: nobody to answer
    text = "\n".join(say_in(language, "messages.answer") for language in LANGUAGES)
    with transaction.atomic():
        send_sms(
            to=f"+{digits}",
            text=text,
            reference="messages:inbound",
            at=at,
            expires_at=at + ANSWER_WITHIN,
            dedupe=_once_an_hour(digits, at),
        )


def _once_an_hour(digits: str, at: datetime) -> str:
    """The number itself stays out of the table: a keyed digest stands for it and the hour."""
    return keyed_digest("inbound", digits, at.strftime("%Y%m%d%H"))
