"""Issue onto an identity card: order 839 of 29.11.2012, paragraph 9 and annex 3, table 4.

One row per printed column, each condition once for good and once for bad. The scan has lost column 5 and the
limit of column 12: column 5 (P4, and C2 with it) is restored from tables 1 and 2, P10 has no limit. Where
print gives a range (P5, P6), the upper end is the limit. Process 7 has two halves, registering and signing on
paper; the 30 seconds of its column are for registering (decision 52). Rows the order does not print are
marked ``own``.
"""

from senim.enrolment.process import (
    ENDS,
    HALF_MINUTE,
    ONE_AND_A_HALF_MINUTES,
    OWN_WITHDRAWAL,
    QUARTER_HOUR,
    QUARTER_MINUTE,
    Actor,
    Stage,
    Step,
)
from senim.process import ProcessTable, Row

A, R, C, O = Actor.APPLICANT, Actor.REGISTRY, Actor.AUTHORITY, Actor.OPERATOR  # noqa: E741

OWN_REFUSAL = "own: ended at the desk with a reason (decision 52)"

_OPEN_TO_WITHDRAWAL = (Stage.REGISTERED, Stage.TO_CONFIRM, Stage.ISSUED)
_ENDED_AT_THE_DESK = (Stage.ACCEPTED, Stage.KNOWN, Stage.REGISTERED, Stage.TO_CONFIRM)

CARD_ISSUE = ProcessTable(
    name="issue onto an identity card",
    start=Stage.ARRIVED,
    final=ENDS,
    rows=[
        #   clause     from state         action                by  to state                    within
        Row("CA-9.P1", Stage.ARRIVED, Step.HAND_CARD, A, Stage.PRESENTED),
        Row("CA-9.C1", Stage.PRESENTED, Step.ACCEPT, O, Stage.ACCEPTED, QUARTER_HOUR),
        Row("CA-9.C1", Stage.PRESENTED, Step.FIND_VIOLATIONS, O, Stage.VIOLATIONS, QUARTER_HOUR),
        Row("CA-9.P2", Stage.VIOLATIONS, Step.REFUSE, O, Stage.REFUSED_AT_DESK, QUARTER_MINUTE),
        Row("CA-9.P3", Stage.ACCEPTED, Step.FILL_IN, O, Stage.FORMED, HALF_MINUTE),
        Row("CA-9.P4", Stage.FORMED, Step.ASK_REGISTRY, C, Stage.ASKED, ONE_AND_A_HALF_MINUTES),
        Row("CA-9.C2", Stage.ASKED, Step.FIND, R, Stage.KNOWN, ONE_AND_A_HALF_MINUTES),
        Row("CA-9.C2", Stage.ASKED, Step.MISS, R, Stage.UNKNOWN, ONE_AND_A_HALF_MINUTES),
        Row("CA-9.P5", Stage.UNKNOWN, Step.REFUSE_UNKNOWN, R, Stage.REFUSED_UNKNOWN, QUARTER_MINUTE),
        Row("CA-9.P6", Stage.KNOWN, Step.ENTER_PIN, A, Stage.KEYED, QUARTER_MINUTE),
        Row("CA-9.P7", Stage.KEYED, Step.REGISTER, C, Stage.REGISTERED, HALF_MINUTE),
        Row("CA-9.P7", Stage.REGISTERED, Step.SIGN_PAPER, A, Stage.TO_CONFIRM),
        Row("CA-9.P8", Stage.TO_CONFIRM, Step.CONFIRM, O, Stage.CONFIRMED, QUARTER_MINUTE),
        Row("CA-9.C3", Stage.CONFIRMED, Step.VERIFY, C, Stage.VERIFIED, QUARTER_MINUTE),
        Row("CA-9.C3", Stage.CONFIRMED, Step.FAIL, C, Stage.UNVERIFIED, QUARTER_MINUTE),
        Row("CA-9.P9", Stage.UNVERIFIED, Step.REFUSE_ORDER, C, Stage.REFUSED_BY_AUTHORITY, QUARTER_MINUTE),
        Row("CA-9.P10", Stage.VERIFIED, Step.ISSUE, C, Stage.ISSUED),
        Row("CA-9.P10", Stage.ISSUED, Step.WRITE, O, Stage.INSTALLED),
        *(Row(OWN_REFUSAL, stage, Step.FIND_VIOLATIONS, O, Stage.VIOLATIONS) for stage in _ENDED_AT_THE_DESK),
        *(Row(OWN_WITHDRAWAL, stage, Step.WITHDRAW, A, Stage.WITHDRAWN) for stage in _OPEN_TO_WITHDRAWAL),
    ],
)
