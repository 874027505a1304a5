"""How a number is connected through a bank's app: clause 7 of order 169/NK.

The request begins when a person was recognised, not when a bank says so: whoever was not has no request, and
what became of the attempt stands in the bank's own (``models.BankRequest``).
"""

from senim.accounts.states import Actor, Proof, RequestState
from senim.process import ProcessTable, Row

_S = RequestState
_CITIZEN, _PORTAL = Actor.SUBSCRIBER, Actor.PORTAL

BANK_CHANNEL = ProcessTable(
    name="subscriber number, bank channel",
    start=_S.AUTHORISED,
    final=[_S.CONNECTED, _S.REFUSED, _S.EXPIRED, _S.REPLACED],
    rows=[
        Row("PH-7b", _S.AUTHORISED, "get_code", _CITIZEN, _S.CODE_SENT, proves=Proof.BIOMETRICS),
        Row("PH-7b", _S.CODE_SENT, "get_code_again", _CITIZEN, _S.CODE_SENT),
        Row("PH-7b", _S.CODE_SENT, "confirm_code", _CITIZEN, _S.NUMBER_CONFIRMED, proves=Proof.PHONE),
        Row("PH-9", _S.CODE_SENT, "refuse_code", _PORTAL, _S.REFUSED),
        Row("PH-7b", _S.NUMBER_CONFIRMED, "connect", _PORTAL, _S.CONNECTED),
        Row("PH-7b", _S.CODE_SENT, "start_over", _CITIZEN, _S.REPLACED),
        Row("PH-2.4", _S.CODE_SENT, "expire", _PORTAL, _S.EXPIRED),
    ],
)
