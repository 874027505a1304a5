"""The kinds of application, each with its table: a first order, a reissue signed with one's own key, issue
onto an identity card, and the request of somebody who comes in person to have certificates revoked.
"""

from enum import StrEnum

from senim.enrolment.card_process import CARD_ISSUE
from senim.enrolment.process import CERTIFICATE_APPLICATION
from senim.enrolment.reissue_process import CERTIFICATE_REISSUE
from senim.enrolment.revocation_in_person_process import REVOCATION_IN_PERSON
from senim.process import ProcessTable


class Kind(StrEnum):
    """Which process an application goes through."""

    ORDER = "order"
    REISSUE = "reissue"
    CARD = "card"
    REVOCATION = "revocation"


TABLES: dict[str, ProcessTable] = {
    Kind.ORDER: CERTIFICATE_APPLICATION,
    Kind.REISSUE: CERTIFICATE_REISSUE,
    Kind.CARD: CARD_ISSUE,
    Kind.REVOCATION: REVOCATION_IN_PERSON,
}
STATES = frozenset[str]().union(*(table.states() for table in TABLES.values()))
FINAL = frozenset[str]().union(*(table.final for table in TABLES.values()))
"""An end of one kind is no stage of the other, so states alone tell what is open."""
OPEN = STATES - FINAL
