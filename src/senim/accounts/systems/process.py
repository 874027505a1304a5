"""An information system's admission: order of 2022 on digital documents, paragraph 4.

The order says who decides and for what a system may be used; it prints no steps. Rows it does not print are
marked ``own``. An application asks for admission, or for other keys of a system that is admitted; a decision
is signed, and what only stops a system is not: it must not wait for anybody's key.
"""

from enum import StrEnum

from senim.process import ProcessTable, Row


class Stage(StrEnum):
    """Where an application stands."""

    RECEIVED = "application received"
    GRANTED = "granted"
    REFUSED = "refused"


class Standing(StrEnum):
    """Whether an admitted system may act."""

    ADMITTED = "admitted"
    SUSPENDED = "suspended"


class Actor(StrEnum):
    OFFICIAL = "official of the authorised body for informatization"
    PLATFORM = "platform operator"


class Step(StrEnum):
    ADMIT = "admit"
    CHANGE_KEYS = "change_keys"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESUME = "resume"


class Purpose(StrEnum):
    """What a system may be admitted to; also the name of its scope (RFC 6749 §3.3)."""

    VIEW = "view"
    PRESENT = "present"
    SUBSCRIBER_NUMBER = "subscriber_number"


class OrganisationKind(StrEnum):
    """Whose system it is, as the decision says; only a second-tier bank compares subscriber numbers."""

    BANK = "bank"
    STATE = "state"
    OTHER = "other"


OF_DOCUMENTS = (Purpose.VIEW, Purpose.PRESENT)
"""Nothing else is done with digital documents in a user's system, and only with consent (DD-4b)."""
OF_BANKS = (Purpose.SUBSCRIBER_NUMBER,)
"""PH-7a: the mobile applications of second-tier banks."""

O, P = Actor.OFFICIAL, Actor.PLATFORM  # noqa: E741
OWN_STOP = "own: whoever runs the platform stops a system whose key is in other hands (decision 64)"
OWN_KEYS = "own: other keys by a decision of their own (decision 64)"
OWN_RETURN = "own: a suspended system comes back by a signed decision (decision 64)"

SYSTEM_APPLICATION = ProcessTable(
    name="application of an information system",
    start=Stage.RECEIVED,
    final=(Stage.GRANTED, Stage.REFUSED),
    rows=[
        #   clause    from state      action         by  to state
        Row("DD-4a", Stage.RECEIVED, Step.ADMIT, O, Stage.GRANTED, only_if=lambda case: not case.system_id),
        Row(
            OWN_KEYS, Stage.RECEIVED, Step.CHANGE_KEYS, O, Stage.GRANTED, only_if=lambda case: case.system_id
        ),
        Row("DD-4a", Stage.RECEIVED, Step.REFUSE, O, Stage.REFUSED),
    ],
)

SYSTEM_STANDING = ProcessTable(
    name="standing of an information system",
    start=Standing.ADMITTED,
    final=(),  # an admission has a term, and no system is forgotten
    rows=[
        Row("DD-4a", Standing.ADMITTED, Step.SUSPEND, O, Standing.SUSPENDED),
        Row(OWN_STOP, Standing.ADMITTED, Step.SUSPEND, P, Standing.SUSPENDED),
        Row(OWN_RETURN, Standing.SUSPENDED, Step.RESUME, O, Standing.ADMITTED),
        Row(OWN_KEYS, Standing.ADMITTED, Step.CHANGE_KEYS, O, Standing.ADMITTED),
        Row(OWN_KEYS, Standing.SUSPENDED, Step.CHANGE_KEYS, O, Standing.SUSPENDED),
    ],
)
