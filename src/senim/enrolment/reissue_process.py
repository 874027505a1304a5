"""Reissue by one's own signature: order 839 of 29.11.2012, paragraph 7 and annex 3, table 2.

One row per printed column, each condition once for good and once for bad. The order prints no step in which
papers are handed in or the applicant comes: the signature is the identification (docs/decisions). Column 6
names "9" as the next step where the text ends with process 8; P8 it is. Rows the order does not print are
marked ``own``.
"""

from senim.enrolment.process import (
    DAY,
    ENDS,
    HALF_MINUTE,
    MINUTE,
    ONE_AND_A_HALF_MINUTES,
    OWN_WITHDRAWAL,
    QUARTER_MINUTE,
    TEN_MINUTES,
    Actor,
    Stage,
    Step,
)
from senim.process import ProcessTable, Row

A, P, R, C, O = Actor.APPLICANT, Actor.PORTAL, Actor.REGISTRY, Actor.AUTHORITY, Actor.OPERATOR  # noqa: E741

OWN_REFUSAL = "own: refused at the desk (decision 42)"

_OPEN_TO_WITHDRAWAL = (Stage.REGISTERED, Stage.TO_CONFIRM, Stage.ISSUED)

CERTIFICATE_REISSUE = ProcessTable(
    name="certificate reissue",
    start=Stage.FILLING,
    final=ENDS,
    rows=[
        #   clause     from state         action                by  to state                    within
        Row("CA-7.P1", Stage.FILLING, Step.FILL_IN, A, Stage.FORMED, MINUTE),
        Row("CA-7.P2", Stage.FORMED, Step.ASK_REGISTRY, P, Stage.ASKED, ONE_AND_A_HALF_MINUTES),
        Row("CA-7.C1", Stage.ASKED, Step.FIND, R, Stage.KNOWN, ONE_AND_A_HALF_MINUTES),
        Row("CA-7.C1", Stage.ASKED, Step.MISS, R, Stage.UNKNOWN, ONE_AND_A_HALF_MINUTES),
        Row("CA-7.P3", Stage.UNKNOWN, Step.REFUSE_UNKNOWN, R, Stage.REFUSED_UNKNOWN, QUARTER_MINUTE),
        Row("CA-7.P4", Stage.KNOWN, Step.REGISTER, C, Stage.REGISTERED, HALF_MINUTE),
        Row("CA-7.P5", Stage.REGISTERED, Step.SEND_NUMBER, C, Stage.TO_CONFIRM),
        Row("CA-7.P6", Stage.TO_CONFIRM, Step.CONFIRM, O, Stage.CONFIRMED, TEN_MINUTES),
        Row("CA-7.C2", Stage.CONFIRMED, Step.VERIFY, C, Stage.VERIFIED, QUARTER_MINUTE),
        Row("CA-7.C2", Stage.CONFIRMED, Step.FAIL, C, Stage.UNVERIFIED, QUARTER_MINUTE),
        Row("CA-7.P7", Stage.UNVERIFIED, Step.REFUSE_ORDER, C, Stage.REFUSED_BY_AUTHORITY, QUARTER_MINUTE),
        Row("CA-7.P8", Stage.VERIFIED, Step.ISSUE, C, Stage.ISSUED, DAY),
        # Annex 2, second screen: the status the applicant reads once the certificate is installed.
        Row("CA-A2.2", Stage.ISSUED, Step.INSTALL, A, Stage.INSTALLED),
        Row(OWN_REFUSAL, Stage.TO_CONFIRM, Step.FIND_VIOLATIONS, O, Stage.VIOLATIONS),
        Row(OWN_REFUSAL, Stage.VIOLATIONS, Step.REFUSE, O, Stage.REFUSED_AT_DESK),
        *(Row(OWN_WITHDRAWAL, stage, Step.WITHDRAW, A, Stage.WITHDRAWN) for stage in _OPEN_TO_WITHDRAWAL),
    ],
)
