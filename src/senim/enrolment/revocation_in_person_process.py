"""Revocation in person: order 839 of 29.11.2012, paragraph 10 and annex 3, table 5.

Of paragraph 10 our source prints only the beginning; the rows from T3 on are table 5's own columns. One
row per printed column; what a column decides stands once for good and once for bad. Columns 4 and 7 name "4"
and "5", "7" and "8" as next: it is 5 and 6, 8 and 9. Column 6 prints "30 s –" and no upper end; that of the
same step elsewhere, one minute, is the limit (decision 43). Rows the order does not print are marked ``own``.
"""

from datetime import timedelta

from senim.enrolment.process import MINUTE, QUARTER_HOUR, QUARTER_MINUTE, Actor, Stage, Step
from senim.process import ProcessTable, Row

C, O = Actor.AUTHORITY, Actor.OPERATOR  # noqa: E741

TWO_DAYS = timedelta(days=2)
OWN_TAKING_BACK = "own: closed at the desk (decision 43)"

_OPEN_TO_TAKING_BACK = (Stage.PRESENTED, Stage.ACCEPTED, Stage.TO_CONFIRM)

CONFIRMED = (Stage.TO_CONFIRM, Stage.CONFIRMED, Stage.REVOKED, Stage.UNVERIFIED, Stage.PUBLISHED)
"""Where it is decided what is to be revoked, and why."""

REVOCATION_IN_PERSON = ProcessTable(
    name="certificate revocation in person",
    start=Stage.AWAITED,
    final=[Stage.PUBLISHED, Stage.REFUSED_AT_DESK, Stage.REFUSED_BY_AUTHORITY, Stage.WITHDRAWN],
    rows=[
        #   clause      from state          action                by  to state                    within
        # The applicant hands the papers in; it is the operator's screen that records it.
        Row("CA-10.P1", Stage.AWAITED, Step.PRESENT, O, Stage.PRESENTED),
        Row("CA-10.C1", Stage.PRESENTED, Step.ACCEPT, O, Stage.ACCEPTED, QUARTER_HOUR),
        Row("CA-10.C1", Stage.PRESENTED, Step.FIND_VIOLATIONS, O, Stage.VIOLATIONS, QUARTER_HOUR),
        Row("CA-10.T3", Stage.VIOLATIONS, Step.REFUSE, O, Stage.REFUSED_AT_DESK, QUARTER_MINUTE),
        Row("CA-10.T4", Stage.ACCEPTED, Step.FORM_REQUEST, O, Stage.FORMED, QUARTER_MINUTE),
        # "4 if violations; 5 if none": the request is looked at in the moment it is routed.
        Row("CA-10.T4", Stage.FORMED, Step.FIND_IN_ORDER, C, Stage.TO_CONFIRM, QUARTER_MINUTE),
        Row("CA-10.T4", Stage.FORMED, Step.FIND_VIOLATIONS, C, Stage.NOT_IN_ORDER, QUARTER_MINUTE),
        Row("CA-10.T5", Stage.NOT_IN_ORDER, Step.REFUSE_ORDER, C, Stage.REFUSED_BY_AUTHORITY, QUARTER_MINUTE),
        Row("CA-10.T6", Stage.TO_CONFIRM, Step.CONFIRM, O, Stage.CONFIRMED, MINUTE),
        # The certificates are revoked in the very moment the confirmation is found in order.
        Row("CA-10.T7", Stage.CONFIRMED, Step.REVOKE, C, Stage.REVOKED, QUARTER_MINUTE),
        Row("CA-10.T7", Stage.CONFIRMED, Step.FAIL, C, Stage.UNVERIFIED, QUARTER_MINUTE),
        Row("CA-10.T8", Stage.UNVERIFIED, Step.REFUSE_ORDER, C, Stage.REFUSED_BY_AUTHORITY, QUARTER_MINUTE),
        Row("CA-10.T9", Stage.REVOKED, Step.PUBLISH, C, Stage.PUBLISHED, TWO_DAYS),
        *(Row(OWN_TAKING_BACK, stage, Step.WITHDRAW, O, Stage.WITHDRAWN) for stage in _OPEN_TO_TAKING_BACK),
    ],
)
