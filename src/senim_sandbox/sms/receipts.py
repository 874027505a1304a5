"""Delivery receipts in the customary shape (SMPP 3.4, appendix B)."""

from datetime import datetime
from enum import IntEnum

from senim_sandbox.sms.pdu import Deliver, Submit, Tag, c_string, optional

IS_RECEIPT = 0x04
ALWAYS, ON_FAILURE = 0x01, 0x02


class MessageState(IntEnum):
    """§5.2.28"""

    DELIVERED = 2
    EXPIRED = 3

    @property
    def word(self) -> str:
        return {MessageState.DELIVERED: "DELIVRD", MessageState.EXPIRED: "EXPIRED"}[self]


def is_wanted(registered_delivery: int, state: MessageState) -> bool:
    """§5.2.17"""
    asked = registered_delivery & 0x03
    return asked == ALWAYS or (asked == ON_FAILURE and state is not MessageState.DELIVERED)


def receipt(
    submit: Submit, *, message_id: str, state: MessageState, submitted: datetime, done: datetime
) -> Deliver:
    """A deliver_sm that tells the sender what became of the message. It repeats no word of the message."""
    delivered = int(state is MessageState.DELIVERED)
    text = (
        f"id:{message_id} sub:001 dlvrd:{delivered:03d} submit date:{submitted:%y%m%d%H%M} "
        f"done date:{done:%y%m%d%H%M} stat:{state.word} err:{0 if delivered else 1:03d} text:"
    )
    return Deliver(
        source=submit.destination,
        destination=submit.source,
        content=text.encode("ascii"),
        esm_class=IS_RECEIPT,
        parameters=optional(Tag.RECEIPTED_MESSAGE_ID, c_string(message_id))
        + optional(Tag.MESSAGE_STATE, bytes((state,))),
    )
