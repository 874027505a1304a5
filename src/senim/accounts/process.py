"""How a subscriber number is connected and changed: the tables of order 169/NK, clause by clause.

One table for each channel; ``_advance`` and ``connect_now`` ask the one of the request's channel, which its
request keeps from its first day to its last. Two channels that share a step give it the same name: a code is
sent by ``get_code`` and ``get_code_again``, judged by ``confirm_code`` and ``refuse_code``. A row that
``proves`` something is taken only with the proof in the request.

PH-A3 gives the service ten minutes from the last thing the subscriber has to do. The number is connected by
the very verb that takes it: no step is left that could be late, so no row has a limit. How long a person may
take over their own steps is a setting (``number_request_lifetime``).
"""

from senim.accounts.bank.process import BANK_CHANNEL
from senim.accounts.counter.process import NUMBER_AT_COUNTER
from senim.accounts.mobile.process import MOBILE_APP
from senim.accounts.states import Actor, Channel, Proof, RequestState
from senim.process import ProcessTable, Row

__all__ = ["TABLES", "RequestState"]  # the latter is named here by the first migration

_S = RequestState
_CITIZEN, _PORTAL = Actor.SUBSCRIBER, Actor.PORTAL
_ENDS = [_S.CONNECTED, _S.REFUSED, _S.EXPIRED, _S.REPLACED]

SUBSCRIBER_NUMBER = ProcessTable(
    name="subscriber number, portal channel",
    start=_S.AUTHORISED,
    final=_ENDS,
    rows=[
        Row("PH-5.2a", _S.AUTHORISED, "get_code", _CITIZEN, _S.CODE_SENT),
        Row("PH-A9.1", _S.AUTHORISED, "refuse_identity", _PORTAL, _S.REFUSED),
        Row("PH-A9.2", _S.AUTHORISED, "refuse_consent", _PORTAL, _S.REFUSED),
        Row("PH-5.2b", _S.CODE_SENT, "get_code_again", _CITIZEN, _S.CODE_SENT),
        Row("PH-5.2b", _S.CODE_SENT, "confirm_code", _CITIZEN, _S.NUMBER_CONFIRMED, proves=Proof.PHONE),
        Row("PH-9", _S.CODE_SENT, "refuse_code", _PORTAL, _S.REFUSED),
        Row("PH-5.3", _S.NUMBER_CONFIRMED, "connect", _CITIZEN, _S.CONNECTED, proves=Proof.CERTIFICATE),
        Row("PH-5.2a", _S.CODE_SENT, "start_over", _CITIZEN, _S.REPLACED),
        Row("PH-5.2a", _S.NUMBER_CONFIRMED, "start_over", _CITIZEN, _S.REPLACED),
        Row("PH-2.4", _S.CODE_SENT, "expire", _PORTAL, _S.EXPIRED),
        Row("PH-2.4", _S.NUMBER_CONFIRMED, "expire", _PORTAL, _S.EXPIRED),
    ],
)

CHANGE_OF_NUMBER = ProcessTable(
    name="subscriber number, change",
    start=_S.AUTHORISED,
    final=_ENDS,
    rows=[
        Row("PH-8", _S.AUTHORISED, "get_code", _CITIZEN, _S.CODE_SENT),
        Row("PH-A9.1", _S.AUTHORISED, "refuse_identity", _PORTAL, _S.REFUSED),
        Row("PH-A9.2", _S.AUTHORISED, "refuse_consent", _PORTAL, _S.REFUSED),
        Row("PH-8", _S.CODE_SENT, "get_code_again", _CITIZEN, _S.CODE_SENT),
        Row("PH-8", _S.CODE_SENT, "confirm_code", _CITIZEN, _S.NUMBER_CONFIRMED, proves=Proof.PHONE),
        Row("PH-9", _S.CODE_SENT, "refuse_code", _PORTAL, _S.REFUSED),
        Row("PH-8", _S.NUMBER_CONFIRMED, "change", _CITIZEN, _S.CONNECTED, proves=Proof.CERTIFICATE),
        Row("PH-8", _S.CODE_SENT, "start_over", _CITIZEN, _S.REPLACED),
        Row("PH-8", _S.NUMBER_CONFIRMED, "start_over", _CITIZEN, _S.REPLACED),
        Row("PH-2.4", _S.CODE_SENT, "expire", _PORTAL, _S.EXPIRED),
        Row("PH-2.4", _S.NUMBER_CONFIRMED, "expire", _PORTAL, _S.EXPIRED),
    ],
)

TABLES: dict[Channel, ProcessTable] = {
    Channel.PORTAL: SUBSCRIBER_NUMBER,
    Channel.MOBILE: MOBILE_APP,
    Channel.CHANGE: CHANGE_OF_NUMBER,
    Channel.BANK: BANK_CHANNEL,
    Channel.COUNTER: NUMBER_AT_COUNTER,
}
