"""Sign in at the desk by one's own authentication certificate (PT-4.2): an operator in office (CA-5.15), an
official of the authorised body for informatization (DD-4a), a worker of the State Corporation (P19-4).
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from senim.accounts.counter import workers
from senim.accounts.counter.workers import NotACounterWorker
from senim.accounts.systems.officials import refuse_at_the_door
from senim.accounts.systems.refusals import NotAnOfficial
from senim.countries.kz.oids import EMPLOYEE, OPERATOR
from senim.desk.operator import ENTERED_AS, OFFICIAL, WORKER
from senim.operators.issuing import enter
from senim.operators.standing import NotInOffice
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


def _admit(signer: Signer) -> None:
    enter(signer, at=timezone.now())


OF_OPERATORS = DeskDoor(
    "desk",
    "desk/sign_in/sign_in.html",
    home="worklist",
    left="sign-in",
    role=OPERATOR,
    admit=_admit,
    final=(NotInOffice,),
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
