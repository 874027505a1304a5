"""Every process of this room with its words: for the clocks, the drawings and the pages that explain them."""

from dataclasses import dataclass

from senim.enrolment.card_process import CARD_ISSUE
from senim.enrolment.kinds import Kind
from senim.enrolment.process import CERTIFICATE_APPLICATION
from senim.enrolment.reissue_process import CERTIFICATE_REISSUE
from senim.enrolment.revocation_in_person_process import REVOCATION_IN_PERSON
from senim.enrolment.revocation_process import CERTIFICATE_REVOCATION
from senim.process import Explained, Row

OWN = "own:"
RULE = "certificates_by_order_839"


@dataclass(frozen=True)
class Process(Explained):
    """``kind`` is that of the applications which go through it; None where requests of another sort do."""

    kind: Kind | None = None


PROCESSES = (
    Process("order", CERTIFICATE_APPLICATION, "enrolment", rule=RULE, kind=Kind.ORDER),
    Process("reissue", CERTIFICATE_REISSUE, "enrolment", rule=RULE, kind=Kind.REISSUE),
    Process("card", CARD_ISSUE, "enrolment", rule=RULE, kind=Kind.CARD),
    Process(
        "revocation",
        CERTIFICATE_REVOCATION,
        "enrolment",
        steps="revocation.step",
        stages="revocation.stage",
        rule=RULE,
    ),
    Process("revocation-in-person", REVOCATION_IN_PERSON, "enrolment", rule=RULE, kind=Kind.REVOCATION),
)


def is_printed(row: Row) -> bool:
    """Whether the order prints this step; rows of our own say so."""
    return not row.clause.startswith(OWN)
