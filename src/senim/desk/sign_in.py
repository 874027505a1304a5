"""Sign in at the desk: an operator in office, by their own authentication certificate (PT-4.2, CA-5.15)."""

from senim.countries.kz.oids import OPERATOR
from senim.operators.standing import NotInOffice, refuse_at_the_door
from senim.pages.signing_in import SignInDoor

ROUTES = SignInDoor(
    "desk",
    "desk/sign_in/sign_in.html",
    home="worklist",
    left="sign-in",
    role=OPERATOR,
    admit=refuse_at_the_door,
    final=(NotInOffice,),
).routes()
