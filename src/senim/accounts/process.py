"""How a subscriber number is connected through the portal: the table of order 169/NK, clause by clause.

PH-A3 gives the service ten minutes from the last thing the subscriber has to do. Here that is the signature,
and the number is connected by the very verb that takes it: no step is left that could be late, so no row has
a limit. How long a person may take over their own steps is a setting (``number_request_lifetime``).
"""

from enum import StrEnum

from senim.process import ProcessTable, Row


class RequestState(StrEnum):
    """Where a request to connect a number stands."""

    AUTHORISED = "authorised"
    CODE_SENT = "code sent"
    NUMBER_CONFIRMED = "number confirmed"
    CONNECTED = "connected"
    REFUSED = "refused"
    EXPIRED = "expired"
    REPLACED = "replaced"


class Actor(StrEnum):
    SUBSCRIBER = "subscriber"
    PORTAL = "portal"


_S = RequestState
_CITIZEN, _PORTAL = Actor.SUBSCRIBER, Actor.PORTAL

SUBSCRIBER_NUMBER = ProcessTable(
    name="subscriber number, portal channel",
    start=_S.AUTHORISED,
    final=[_S.CONNECTED, _S.REFUSED, _S.EXPIRED, _S.REPLACED],
    rows=[
        Row("PH-5.2a", _S.AUTHORISED, "get_code", _CITIZEN, _S.CODE_SENT),
        Row("PH-A9.1", _S.AUTHORISED, "refuse_identity", _PORTAL, _S.REFUSED),
        Row("PH-A9.2", _S.AUTHORISED, "refuse_consent", _PORTAL, _S.REFUSED),
        Row("PH-5.2b", _S.CODE_SENT, "get_code_again", _CITIZEN, _S.CODE_SENT),
        Row("PH-5.2b", _S.CODE_SENT, "confirm_code", _CITIZEN, _S.NUMBER_CONFIRMED),
        Row("PH-9", _S.CODE_SENT, "refuse_code", _PORTAL, _S.REFUSED),
        Row("PH-5.3", _S.NUMBER_CONFIRMED, "connect", _CITIZEN, _S.CONNECTED),
        Row("PH-5.2a", _S.CODE_SENT, "start_over", _CITIZEN, _S.REPLACED),
        Row("PH-5.2a", _S.NUMBER_CONFIRMED, "start_over", _CITIZEN, _S.REPLACED),
        Row("PH-2.4", _S.CODE_SENT, "expire", _PORTAL, _S.EXPIRED),
        Row("PH-2.4", _S.NUMBER_CONFIRMED, "expire", _PORTAL, _S.EXPIRED),
    ],
)
