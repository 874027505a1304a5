"""Papers an operator accepted, in the archive: put away, listed, copied (CA-15.4, CA-15.2b).

The archive knows no applications; who may touch whose papers is decided here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from senim.archive import copies, finding, keeping
from senim.archive.copies import Copy
from senim.archive.finding import Archived
from senim.enrolment import numbers
from senim.enrolment.advance import ApplicationId
from senim.enrolment.desk import ApplicationUnknown, _case_for
from senim.enrolment.lists import all_papers, papers
from senim.enrolment.models import Application
from senim.errors import NotFound, Refused
from senim.operators.standing import Operator
from senim.texts import Text

OTHER = "other"


class NothingHandedIn(Refused):
    """No operator has taken anything in yet: there is nothing to put away."""

    clause: ClassVar[str] = "CA-15.4"


class NotOfTheList(Refused):
    """Not a kind of paper that is asked of this applicant."""

    clause: ClassVar[str] = "CA-15.4"


class NumberNotFound(NotFound):
    """No application has this number."""

    clause: ClassVar[str] = "CA-15.4"


@dataclass(frozen=True)
class Line:
    """A paper of the archive as an operator reads it."""

    paper: Archived

    @property
    def kind(self) -> object:
        entry = all_papers().get(self.paper.kind)
        return entry.name if entry else Text("enrolment.paper.other")


def application_of(number: str) -> ApplicationId:
    """By the number on the applicant's paper. Raises NumberNotFound."""
    digits = numbers.read(number)
    case = Application.objects.filter(number=digits).only("id").first() if digits else None
    if case is None:
        raise NumberNotFound
    return ApplicationId(case.id)


def kinds(*, application_id: ApplicationId) -> dict[str, object]:
    """What may be put away for this application, by id. Raises ApplicationUnknown."""
    case = Application.objects.filter(id=application_id, number__isnull=False).first()
    if case is None:
        raise ApplicationUnknown
    named: dict[str, object] = {entry.id: entry.name for entry in papers(case.role, case.kind).values()}
    return {**named, OTHER: Text("enrolment.paper.other")}


def archived(*, application_id: ApplicationId) -> tuple[Line, ...]:
    """What the archive holds of this application, without a word of what is in it."""
    return tuple(map(Line, finding.papers_of(_reference(application_id))))


def put_away(
    *, application_id: ApplicationId, operator: Operator, kind: str, content: bytes, at: datetime
) -> None:
    """CA-15.4. Raises NothingHandedIn, NotOfTheList, OwnApplication, and what ``keeping.keep`` raises."""
    if kind not in kinds(application_id=application_id):
        raise NotOfTheList
    with transaction.atomic():
        case = _case_for(application_id, operator)
        if not case.passages.filter(operator_id__isnull=False).exists():
            raise NothingHandedIn
        keeping.keep(
            reference=_reference(application_id),
            number=case.number or "",
            kind=kind,
            content=content,
            actor=operator.reference,
            at=at,
        )


def copy(
    *,
    application_id: ApplicationId,
    paper_id: UUID,
    operator: Operator,
    asked_by: str,
    reason: str,
    at: datetime,
) -> Copy:
    """CA-15.2b. Raises OwnApplication, and what ``copies.issue`` raises."""
    with transaction.atomic():
        _case_for(application_id, operator)
    return copies.issue(
        paper_id=paper_id,
        reference=_reference(application_id),
        asked_by=asked_by,
        reason=reason,
        actor=operator.reference,
        at=at,
    )


def _reference(application_id: ApplicationId) -> str:
    return f"application:{application_id}"
