"""An operator's standing, and the application before it: order 839 of 29.11.2012, paragraphs 15(1) and 19(5).

The order prints these as sentences and not as a table, so each row cites its sentence. Where it says
"promptly" the step has no limit of its own: what is due at once is done in the same step. Rows the order does
not print are marked ``own``.
"""

from enum import StrEnum

from senim.process import ProcessTable, Row


class Stage(StrEnum):
    """Where an application for an operator stands."""

    RECEIVED = "letter and papers received"
    ORDERED = "certificates ordered"
    ISSUED = "certificates issued"
    INSTALLED = "installed on the carrier"
    REFUSED = "refused"
    REFUSED_BY_AUTHORITY = "refused by the certification authority"


class Standing(StrEnum):
    """What an appointed person may do."""

    IN_OFFICE = "in office"
    LEAVING = "leaving"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    DISMISSED = "dismissed"


class Actor(StrEnum):
    """Who takes a step."""

    CENTRE = "public service centre"
    PROVIDER = "service provider"
    AUTHORITY = "information system of the certification authority"
    OPERATOR = "registration authority operator"


class Step(StrEnum):
    """What is done."""

    ORDER = "order"
    REFUSE = "refuse"
    ISSUE = "issue"
    FAIL = "fail"
    INSTALL = "install"
    SUSPEND = "suspend"
    TAKE_BACK = "take_back"
    GIVE_NOTICE = "give_notice"
    DISMISS = "dismiss"
    LOSE_KEY = "lose_key"
    TAKE_UP = "take_up"


B, P, C, O = Actor.CENTRE, Actor.PROVIDER, Actor.AUTHORITY, Actor.OPERATOR  # noqa: E741

OWN_REFUSAL = "own: an incomplete packet is refused with its reason (decision 48)"
OWN_CLOSING = "own: what nobody took up is revoked and the letter closed (decision 48)"
OWN_RETURN = "own: whoever was suspended comes back (decision 48)"
OWN_AGAIN = "own: appointed again (decision 48)"

OPERATOR_APPLICATION = ProcessTable(
    name="operator application",
    start=Stage.RECEIVED,
    final=(Stage.INSTALLED, Stage.REFUSED, Stage.REFUSED_BY_AUTHORITY),
    rows=[
        #   clause      from state      action        by  to state
        Row("CA-15.1d", Stage.RECEIVED, Step.ORDER, P, Stage.ORDERED),
        Row(OWN_REFUSAL, Stage.RECEIVED, Step.REFUSE, P, Stage.REFUSED),
        Row("CA-15.1d", Stage.ORDERED, Step.ISSUE, C, Stage.ISSUED),
        Row("CA-15.1d", Stage.ORDERED, Step.FAIL, C, Stage.REFUSED_BY_AUTHORITY),
        # The first sign-in with the new key shows that it is on the carrier.
        Row("CA-15.1e", Stage.ISSUED, Step.INSTALL, O, Stage.INSTALLED),
        Row(OWN_CLOSING, Stage.ISSUED, Step.REFUSE, P, Stage.REFUSED),
    ],
)

_ACTIVE = (Standing.IN_OFFICE, Standing.LEAVING)
ACTIVE = frozenset[str](_ACTIVE)
"""In these an operator may act. Whoever leaves works until the day named in the notice."""

_WITH_A_KEY = (*_ACTIVE, Standing.SUSPENDED)
_WITHOUT = (Standing.STOPPED, Standing.DISMISSED)

OPERATOR_STANDING = ProcessTable(
    name="operator standing",
    start=Standing.IN_OFFICE,
    final=(),  # a person may be appointed again
    rows=[
        #   clause      from state          action         by  to state
        Row("CA-15.1g", Standing.IN_OFFICE, Step.SUSPEND, B, Standing.SUSPENDED),
        Row("CA-15.1g", Standing.LEAVING, Step.SUSPEND, B, Standing.SUSPENDED),
        Row(OWN_RETURN, Standing.SUSPENDED, Step.TAKE_BACK, B, Standing.IN_OFFICE),
        Row("CA-15.1f", Standing.IN_OFFICE, Step.GIVE_NOTICE, B, Standing.LEAVING),
        *(Row("CA-15.1f", one, Step.DISMISS, P, Standing.DISMISSED) for one in _WITH_A_KEY),
        Row("CA-15.1f", Standing.STOPPED, Step.DISMISS, P, Standing.DISMISSED),
        *(Row("CA-19.5c", one, Step.LOSE_KEY, O, Standing.STOPPED) for one in _WITH_A_KEY),
        *(Row(OWN_AGAIN, one, Step.TAKE_UP, O, Standing.IN_OFFICE) for one in _WITHOUT),
    ],
)
