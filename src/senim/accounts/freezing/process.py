"""What becomes of "this was not me": the table. No printed clause tells it; the rows are ours, for PT-2.4.

Unfreezing is the holder's alone, at any moment, by signature: no answer has to be waited for, and nobody else
opens what was shut. Answering is the provider's, once, whether or not the account is open by then.
"""

from enum import StrEnum

from senim.process import ProcessTable, Row


class CaseState(StrEnum):
    """Frozen or not, answered or not."""

    FROZEN = "frozen"
    FROZEN_ANSWERED = "frozen, answered"
    UNFROZEN = "unfrozen"
    CLOSED = "closed"


class Actor(StrEnum):
    HOLDER = "holder"
    RESPONSIBLE = "responsible staff"


_S, _HOLDER, _STAFF = CaseState, Actor.HOLDER, Actor.RESPONSIBLE

CASE = ProcessTable(
    name="this was not me",
    start=_S.FROZEN,
    final=[_S.CLOSED],
    rows=[
        Row("PT-2.4", _S.FROZEN, "say", _HOLDER, _S.FROZEN),
        Row("PT-2.4", _S.FROZEN, "unfreeze", _HOLDER, _S.UNFROZEN),
        Row("PT-2.4", _S.FROZEN, "answer", _STAFF, _S.FROZEN_ANSWERED),
        Row("PT-2.4", _S.FROZEN_ANSWERED, "say", _HOLDER, _S.FROZEN),
        Row("PT-2.4", _S.FROZEN_ANSWERED, "unfreeze", _HOLDER, _S.CLOSED),
        Row("PT-2.4", _S.UNFROZEN, "answer", _STAFF, _S.CLOSED),
    ],
)
