"""Every process of this room with its words: for the clocks, the drawings and the pages that explain them."""

from dataclasses import dataclass

from senim.enrolment.card_process import CARD_ISSUE
from senim.enrolment.kinds import Kind
from senim.enrolment.process import CERTIFICATE_APPLICATION
from senim.enrolment.reissue_process import CERTIFICATE_REISSUE
from senim.enrolment.revocation_in_person_process import REVOCATION_IN_PERSON
from senim.enrolment.revocation_process import CERTIFICATE_REVOCATION
from senim.process import ProcessTable, Row
from senim.texts import Text

OWN = "own:"


@dataclass(frozen=True)
class Process:
    """A table and where its words are: ``steps`` and ``stages`` are prefixes of text ids.

    ``kind`` is that of the applications which go through it; None where requests of another sort do.
    """

    slug: str
    table: ProcessTable
    steps: str
    stages: str
    kind: Kind | None = None

    @property
    def name(self) -> Text:
        return Text(f"enrolment.process.{self.slug}")

    def step(self, row: Row) -> Text:
        return Text(f"{self.steps}.{row.action}")

    def stage(self, state: str) -> Text:
        return Text(f"{self.stages}.{type(self.table.start)(state).name.lower()}")

    def actor(self, row: Row) -> Text:
        return Text(f"enrolment.actor.{row.actor.name.lower()}")


PROCESSES = (
    Process("order", CERTIFICATE_APPLICATION, "enrolment.step", "enrolment.stage", Kind.ORDER),
    Process("reissue", CERTIFICATE_REISSUE, "enrolment.step", "enrolment.stage", Kind.REISSUE),
    Process("card", CARD_ISSUE, "enrolment.step", "enrolment.stage", Kind.CARD),
    Process("revocation", CERTIFICATE_REVOCATION, "enrolment.revocation.step", "enrolment.revocation.stage"),
    Process(
        "revocation-in-person", REVOCATION_IN_PERSON, "enrolment.step", "enrolment.stage", Kind.REVOCATION
    ),
)


def process(slug: str) -> Process | None:
    return next((one for one in PROCESSES if one.slug == slug), None)


def is_printed(row: Row) -> bool:
    """Whether the order prints this step; rows of our own say so."""
    return not row.clause.startswith(OWN)
