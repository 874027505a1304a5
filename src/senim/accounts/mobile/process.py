"""How a number is connected in the mobile app: clause 6 of order 169/NK, and row 8 of its annex.

Clause 6 ends with biometric authentication, and the number is connected by itself; row 8 of the annex has the
request certified by the citizen's signature all the same. Which of the two is asked for a request keeps from
its beginning (``signature_wanted``, docs/decisions/0059-a-signature-in-the-app.md).
"""

from typing import Any

from senim.accounts.states import Actor, Proof, RequestState
from senim.process import ProcessTable, Row

_S = RequestState
_CITIZEN, _PORTAL = Actor.SUBSCRIBER, Actor.PORTAL


def has_to_be_certified(request: Any) -> bool:
    """PH-A8a is asked of this request."""
    return bool(request.signature_wanted)


def is_complete_as_it_is(request: Any) -> bool:
    """PH-A8a is not asked of this request: clause 6 is done."""
    return not request.signature_wanted


MOBILE_APP = ProcessTable(
    name="subscriber number, mobile app channel",
    start=_S.AUTHORISED,
    final=[_S.CONNECTED, _S.REFUSED, _S.EXPIRED, _S.REPLACED],
    rows=[
        Row("PH-6.2", _S.AUTHORISED, "get_code", _CITIZEN, _S.CODE_SENT),
        Row("PH-A9.1", _S.AUTHORISED, "refuse_identity", _PORTAL, _S.REFUSED),
        Row("PH-A9.2", _S.AUTHORISED, "refuse_consent", _PORTAL, _S.REFUSED),
        Row("PH-6.2", _S.CODE_SENT, "get_code_again", _CITIZEN, _S.CODE_SENT),
        Row("PH-6.2", _S.CODE_SENT, "confirm_code", _CITIZEN, _S.NUMBER_CONFIRMED, proves=Proof.PHONE),
        Row("PH-9", _S.CODE_SENT, "refuse_code", _PORTAL, _S.REFUSED),
        Row("PH-6.2", _S.NUMBER_CONFIRMED, "recognise", _PORTAL, _S.RECOGNISED, proves=Proof.BIOMETRICS),
        Row("PH-9", _S.NUMBER_CONFIRMED, "refuse_biometrics", _PORTAL, _S.REFUSED),
        Row("PH-6.3", _S.RECOGNISED, "connect", _PORTAL, _S.CONNECTED, only_if=is_complete_as_it_is),
        Row(
            "PH-A8a",
            _S.RECOGNISED,
            "connect",
            _CITIZEN,
            _S.CONNECTED,
            only_if=has_to_be_certified,
            proves=Proof.CERTIFICATE,
        ),
        Row("PH-6.2", _S.CODE_SENT, "start_over", _CITIZEN, _S.REPLACED),
        Row("PH-6.2", _S.NUMBER_CONFIRMED, "start_over", _CITIZEN, _S.REPLACED),
        Row("PH-6.2", _S.RECOGNISED, "start_over", _CITIZEN, _S.REPLACED),
        Row("PH-2.4", _S.CODE_SENT, "expire", _PORTAL, _S.EXPIRED),
        Row("PH-2.4", _S.NUMBER_CONFIRMED, "expire", _PORTAL, _S.EXPIRED),
        Row("PH-2.4", _S.RECOGNISED, "expire", _PORTAL, _S.EXPIRED),
    ],
)
