"""Sign in at the desk: an operator in office, by their own authentication certificate (PT-4.2, CA-5.15)."""

from typing import ClassVar

from senim.countries.kz.oids import OPERATOR
from senim.enrolment.operators import operator_of
from senim.errors import Refused
from senim.pages.signing_in import SignInDoor


class NotAnOperator(Refused):
    """The certificate holds, but its owner is not an operator in office."""

    clause: ClassVar[str] = "CA-5.15"


def _admit(iin: str) -> None:
    if operator_of(iin) is None:
        raise NotAnOperator


ROUTES = SignInDoor(
    "desk",
    "desk/sign_in/sign_in.html",
    home="worklist",
    left="sign-in",
    role=OPERATOR,
    admit=_admit,
    final=(NotAnOperator,),
).routes()
