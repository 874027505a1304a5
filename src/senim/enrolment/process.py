"""Certificate application: order 839 of 29.11.2012, paragraph 6 and annex 3, table 1; screens of annex 2.

One row per printed row, with the printed limit. Table 1 has lost three columns; their limits are restored
from the columns for the same steps in tables 2, 4 and 5 (C2: 15 min, P10: 15 s, P11: 1 day), see
docs/decisions. Where print gives a range (P1, P3), the upper end is the limit. Rows the order does not print
are marked ``own``.
"""

from datetime import timedelta
from enum import StrEnum

from senim.process import ProcessTable, Row


class Stage(StrEnum):
    """Where an application stands."""

    ARRIVED = "applicant with a card at the desk"
    FILLING = "form being filled in"
    FORMED = "request formed"
    ASKED = "registry asked"
    UNKNOWN = "not as in the registry"
    KNOWN = "found in the registry"
    KEYED = "keys made on the card"
    REGISTERED = "registered with a number"
    AWAITED = "applicant awaited at the desk"
    PRESENTED = "papers handed in"
    VIOLATIONS = "papers or identity not in order"
    ACCEPTED = "papers and identity in order"
    RECEIPTED = "receipt given"
    NOT_IN_ORDER = "request not in order"
    TO_CONFIRM = "awaiting the operator's confirmation"
    CONFIRMED = "confirmed by the operator's signature"
    VERIFIED = "confirmation verified"
    UNVERIFIED = "confirmation not in order"
    REVOKED = "revoked, to be published"
    PUBLISHED = "revoked and published"
    ISSUED = "certificates issued"
    INSTALLED = "certificates installed"
    REFUSED_UNKNOWN = "refused: not as in the registry"
    REFUSED_AT_DESK = "refused at the desk"
    REFUSED_BY_AUTHORITY = "refused by the certification authority"
    WITHDRAWN = "withdrawn"


class Actor(StrEnum):
    """Who takes a step, as table 1 names them."""

    APPLICANT = "applicant"
    PORTAL = "portal"
    REGISTRY = "state database of individuals"
    AUTHORITY = "information system of the certification authority"
    OPERATOR = "registration authority operator"


class Step(StrEnum):
    """What is done."""

    HAND_CARD = "hand_card"
    FILL_IN = "fill_in"
    ASK_REGISTRY = "ask_registry"
    FIND = "find"
    MISS = "miss"
    REFUSE_UNKNOWN = "refuse_unknown"
    ENTER_PIN = "enter_pin"
    REGISTER = "register"
    SIGN_PAPER = "sign_paper"
    SEND_NUMBER = "send_number"
    PRESENT = "present"
    ACCEPT = "accept"
    FIND_VIOLATIONS = "find_violations"
    REFUSE = "refuse"
    GIVE_RECEIPT = "give_receipt"
    FORM_REQUEST = "form_request"
    FIND_IN_ORDER = "find_in_order"
    CONFIRM = "confirm"
    VERIFY = "verify"
    FAIL = "fail"
    REFUSE_ORDER = "refuse_order"
    REVOKE = "revoke"
    PUBLISH = "publish"
    ISSUE = "issue"
    INSTALL = "install"
    WRITE = "write"
    WITHDRAW = "withdraw"


A, P, R, C, O = Actor.APPLICANT, Actor.PORTAL, Actor.REGISTRY, Actor.AUTHORITY, Actor.OPERATOR  # noqa: E741

ONE_AND_A_HALF_MINUTES = timedelta(seconds=90)
MINUTE, QUARTER_HOUR, DAY = timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1)
TEN_MINUTES, HALF_MINUTE, QUARTER_MINUTE = timedelta(minutes=10), timedelta(seconds=30), timedelta(seconds=15)
OWN_WITHDRAWAL = "own: an applicant may take an application back (docs/decisions)"

ENDS = (
    Stage.INSTALLED,
    Stage.REFUSED_UNKNOWN,
    Stage.REFUSED_AT_DESK,
    Stage.REFUSED_BY_AUTHORITY,
    Stage.WITHDRAWN,
)
"""How an application of any kind ends."""

# What an applicant may take back: everything that has a number and no end.
_OPEN_TO_WITHDRAWAL = (
    Stage.REGISTERED,
    Stage.AWAITED,
    Stage.PRESENTED,
    Stage.ACCEPTED,
    Stage.RECEIPTED,
    Stage.ISSUED,
)

CERTIFICATE_APPLICATION = ProcessTable(
    name="certificate application",
    start=Stage.FILLING,
    final=ENDS,
    rows=[
        #   clause     from state         action                by  to state                    within
        Row("CA-6.P1", Stage.FILLING, Step.FILL_IN, A, Stage.FORMED, MINUTE),
        Row("CA-6.P2", Stage.FORMED, Step.ASK_REGISTRY, P, Stage.ASKED, ONE_AND_A_HALF_MINUTES),
        Row("CA-6.C1", Stage.ASKED, Step.FIND, R, Stage.KNOWN, ONE_AND_A_HALF_MINUTES),
        Row("CA-6.C1", Stage.ASKED, Step.MISS, R, Stage.UNKNOWN, ONE_AND_A_HALF_MINUTES),
        Row("CA-6.P3", Stage.UNKNOWN, Step.REFUSE_UNKNOWN, R, Stage.REFUSED_UNKNOWN, QUARTER_MINUTE),
        Row("CA-6.P4", Stage.KNOWN, Step.REGISTER, C, Stage.REGISTERED, HALF_MINUTE),
        Row("CA-6.P5", Stage.REGISTERED, Step.SEND_NUMBER, C, Stage.AWAITED),
        # The applicant hands the papers in; it is the operator's screen that records it.
        Row("CA-6.P6", Stage.AWAITED, Step.PRESENT, O, Stage.PRESENTED),
        Row("CA-6.C2", Stage.PRESENTED, Step.ACCEPT, O, Stage.ACCEPTED, QUARTER_HOUR),
        Row("CA-6.C2", Stage.PRESENTED, Step.FIND_VIOLATIONS, O, Stage.VIOLATIONS, QUARTER_HOUR),
        Row("CA-6.P7", Stage.VIOLATIONS, Step.REFUSE, O, Stage.REFUSED_AT_DESK, QUARTER_MINUTE),
        Row("CA-6.P8", Stage.ACCEPTED, Step.GIVE_RECEIPT, O, Stage.RECEIPTED),
        Row("CA-6.P9", Stage.RECEIPTED, Step.CONFIRM, O, Stage.CONFIRMED, TEN_MINUTES),
        Row("CA-6.C3", Stage.CONFIRMED, Step.VERIFY, C, Stage.VERIFIED, QUARTER_MINUTE),
        Row("CA-6.C3", Stage.CONFIRMED, Step.FAIL, C, Stage.UNVERIFIED, QUARTER_MINUTE),
        Row("CA-6.P10", Stage.UNVERIFIED, Step.REFUSE_ORDER, C, Stage.REFUSED_BY_AUTHORITY, QUARTER_MINUTE),
        Row("CA-6.P11", Stage.VERIFIED, Step.ISSUE, C, Stage.ISSUED, DAY),
        # Annex 2, second screen: the status the applicant reads once the certificate is installed.
        Row("CA-A2.2", Stage.ISSUED, Step.INSTALL, A, Stage.INSTALLED),
        *(Row(OWN_WITHDRAWAL, stage, Step.WITHDRAW, A, Stage.WITHDRAWN) for stage in _OPEN_TO_WITHDRAWAL),
    ],
)
