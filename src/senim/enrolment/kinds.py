"""The kinds of application, each with its table: a first order, a reissue, issue onto an identity card."""

from enum import StrEnum

from senim.enrolment.card_process import CARD_ISSUE
from senim.enrolment.process import CERTIFICATE_APPLICATION
from senim.enrolment.reissue_process import CERTIFICATE_REISSUE
from senim.process import ProcessTable


class Kind(StrEnum):
    """Which process an application goes through."""

    ORDER = "order"
    REISSUE = "reissue"
    CARD = "card"


TABLES: dict[str, ProcessTable] = {
    Kind.ORDER: CERTIFICATE_APPLICATION,
    Kind.REISSUE: CERTIFICATE_REISSUE,
    Kind.CARD: CARD_ISSUE,
}
STATES = frozenset[str]().union(*(table.states() for table in TABLES.values()))
FINAL = frozenset[str]().union(*(table.final for table in TABLES.values()))
"""An end of one kind is no stage of the other, so states alone tell what is open."""
OPEN = STATES - FINAL
