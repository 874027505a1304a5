"""The receipt for accepted papers (CA-6.P8), as often as it is printed."""

from dataclasses import dataclass
from typing import ClassVar

from senim.countries.kz import names
from senim.enrolment import numbers
from senim.enrolment.advance import ApplicationId
from senim.enrolment.lists import all_papers, centres
from senim.enrolment.models import Application
from senim.enrolment.process import Step
from senim.errors import NotFound
from senim.operators.standing import operator_by_id
from senim.papers import receipts
from senim.settings import settings
from senim.texts import speaking


class NoReceipt(NotFound):
    """No receipt was given for this application."""

    clause: ClassVar[str] = "CA-6.P8"


@dataclass(frozen=True)
class Receipt:
    """A PDF in the applicant's language."""

    number: str
    pdf: bytes


def receipt(*, application_id: ApplicationId) -> Receipt:
    """The receipt that was given, with the moment it was given. Raises NoReceipt."""
    case = Application.objects.filter(id=application_id).first()
    given = case.passages.filter(action=Step.GIVE_RECEIPT).first() if case else None
    if case is None or given is None or given.operator_id is None:
        raise NoReceipt
    operator = operator_by_id(given.operator_id)
    with speaking(case.language):
        pdf = receipts.receipt(
            language=case.language,
            number=numbers.shown(case.number or ""),
            applicant=names.in_full(case),
            papers=[str(all_papers()[paper].name) for paper in case.papers if paper in all_papers()],
            operator=operator.name if operator else "",
            office=office_of(case, operator.office if operator else ""),
            status_url=f"{settings.portal_origin}/{case.language}/order/status/",
            at=given.left_at,
        )
    return Receipt(case.number or "", pdf)


def office_of(case: Application, office: str) -> str:
    """Where the operator sits; without an office of their own, at the centre the applicant chose."""
    centre = centres().get(office) or centres()[case.centre]
    return f"{centre.name}, {centre.address}"
