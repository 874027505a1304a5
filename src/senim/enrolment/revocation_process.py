"""Revocation from the cabinet: order 839 of 29.11.2012, paragraph 8 and annex 3, table 3.

One row per printed column, the condition once for good and once for bad. Print numbers column 4 where the
text has process 3: the table's columns 3 and 4 are P2 and P3. The one day of column 4 covers both halves of
P3, the list and the notice: the second is taken in the moment of the first.
"""

from enum import StrEnum

from senim.enrolment.process import DAY, MINUTE, QUARTER_MINUTE, Actor
from senim.process import ProcessTable, Row


class Stage(StrEnum):
    """Where a request to revoke stands."""

    FILLING = "form being filled in"
    SIGNED = "signed by the applicant"
    IN_ORDER = "in order: revoked, to be published"
    VIOLATIONS = "request not in order"
    PUBLISHED = "published in the list of revoked certificates"
    TOLD = "applicant told"
    REFUSED = "refused"


class Step(StrEnum):
    """What is done."""

    SIGN = "sign"
    VERIFY = "verify"
    FIND_VIOLATIONS = "find_violations"
    REFUSE = "refuse"
    PUBLISH = "publish"
    TELL = "tell"


A, C = Actor.APPLICANT, Actor.AUTHORITY

CERTIFICATE_REVOCATION = ProcessTable(
    name="certificate revocation from the cabinet",
    start=Stage.FILLING,
    final=[Stage.TOLD, Stage.REFUSED],
    rows=[
        #   clause      from state        action                by  to state          within
        Row("CA-8.P1", Stage.FILLING, Step.SIGN, A, Stage.SIGNED, MINUTE),
        # The certificate is revoked in the very moment the request is found in order; then it is published.
        Row("CA-8.C1", Stage.SIGNED, Step.VERIFY, C, Stage.IN_ORDER, QUARTER_MINUTE),
        Row("CA-8.C1", Stage.SIGNED, Step.FIND_VIOLATIONS, C, Stage.VIOLATIONS, QUARTER_MINUTE),
        Row("CA-8.P2", Stage.VIOLATIONS, Step.REFUSE, C, Stage.REFUSED, QUARTER_MINUTE),
        Row("CA-8.P3b", Stage.IN_ORDER, Step.PUBLISH, C, Stage.PUBLISHED, DAY),
        Row("CA-8.P3a", Stage.PUBLISHED, Step.TELL, C, Stage.TOLD, DAY),
    ],
)

OPEN = frozenset(CERTIFICATE_REVOCATION.states()) - CERTIFICATE_REVOCATION.final
