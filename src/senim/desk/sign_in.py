"""Sign in at the desk by one's own authentication certificate (PT-4.2): an operator in office (CA-5.15), an
official of the authorised body for informatization (DD-4a), a worker of the State Corporation (P19-4).
"""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from senim.accounts.counter import workers
from senim.accounts.counter.workers import NotACounterWorker
from senim.accounts.systems.officials import refuse_at_the_door
from senim.accounts.systems.refusals import NotAnOfficial
from senim.countries.kz.oids import EMPLOYEE, OPERATOR
from senim.desk import workplace
from senim.desk.operator import ENTERED_AS, OFFICIAL, WORKER
from senim.operators.issuing import enter
from senim.operators.standing import NotInOffice
from senim.operators.workplaces import OutsideTheOffice
from senim.pages.routes import Route, Who
from senim.pages.signing_in import SignInDoor
from senim.validation import Signer


@dataclass(frozen=True)
class DeskDoor(SignInDoor):
    """The session remembers by which certificate its holder came: one person may be both."""

    enters_as: str = ""

    def _open(self, request: HttpRequest, signature: bytes) -> None:
        super()._open(request, signature)
        request.session[ENTERED_AS] = self.enters_as


class OperatorsDoor(DeskDoor):
    """An operator enters from the office, and the session belongs to its workplace (CA-19.5a)."""

    def sign_in(self, request: HttpRequest) -> HttpResponse:
        answer = super().sign_in(request)
        workplace.mark(request, answer)
        return answer

    def _open(self, request: HttpRequest, signature: bytes) -> None:
        def admit(signer: Signer) -> None:
            self.admit(signer)
            workplace.refuse_outside(request, signer.iin)

        DeskDoor._open(replace(self, admit=admit), request, signature)
        workplace.settle(request)


def _admit(signer: Signer) -> None:
    enter(signer, at=timezone.now())


OF_OPERATORS = OperatorsDoor(
    "desk",
    "desk/sign_in/sign_in.html",
    home="worklist",
    left="sign-in",
    role=OPERATOR,
    admit=_admit,
    final=(NotInOffice, OutsideTheOffice),
)
OF_OFFICIALS = DeskDoor(
    "desk-official",
    "desk/sign_in/official.html",
    home="systems",
    left="official-sign-in",
    admit=refuse_at_the_door,
    final=(NotAnOfficial,),
    enters_as=OFFICIAL,
)
OF_WORKERS = DeskDoor(
    "desk-counter",
    "desk/counter/sign_in.html",
    home="counter",
    left="counter-sign-in",
    role=EMPLOYEE,
    admit=workers.enter,
    final=(NotACounterWorker,),
    enters_as=WORKER,
)
ROUTES = [
    *OF_OPERATORS.routes(),
    Route("official/sign-in/", OF_OFFICIALS.sign_in, Who.ANYONE, "official-sign-in"),
    Route("counter/sign-in/", OF_WORKERS.sign_in, Who.ANYONE, "counter-sign-in"),
]
