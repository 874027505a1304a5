"""Sign in at the desk by one's own authentication certificate (PT-4.2): an operator in office (CA-5.15), or
an official of the authorised body for informatization (DD-4a), each by a door of their own.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from senim.accounts.systems.officials import refuse_at_the_door
from senim.accounts.systems.refusals import NotAnOfficial
from senim.countries.kz.oids import OPERATOR
from senim.desk.operator import ENTERED_AS, OFFICIAL
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
ROUTES = [
    *OF_OPERATORS.routes(),
    Route("official/sign-in/", OF_OFFICIALS.sign_in, Who.ANYONE, "official-sign-in"),
]
