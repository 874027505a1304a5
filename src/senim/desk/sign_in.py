"""Sign in at the desk: an operator in office, by their own authentication certificate (PT-4.2, CA-5.15)."""

from django.utils import timezone

from senim.countries.kz.oids import OPERATOR
from senim.operators.issuing import enter
from senim.operators.standing import NotInOffice
from senim.pages.signing_in import SignInDoor
from senim.validation import Signer


def _admit(signer: Signer) -> None:
    enter(signer, at=timezone.now())


ROUTES = SignInDoor(
    "desk",
    "desk/sign_in/sign_in.html",
    home="worklist",
    left="sign-in",
    role=OPERATOR,
    admit=_admit,
    final=(NotInOffice,),
).routes()
