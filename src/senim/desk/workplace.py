"""The workplace of whoever sits at the desk (CA-19.5a): this browser, in a network of the operator's office.

The browser keeps a mark, which opens nothing: it tells one workplace from another behind one address.
"""

import hashlib
import secrets

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from senim.accounts import sessions
from senim.operators import workplaces
from senim.operators.standing import Operator, operator_of
from senim.operators.workplaces import Finding, OutsideTheOffice
from senim.pages.visitors import address_of
from senim.settings import settings

COOKIE = "senim_workplace"
BYTES, A_YEAR = 16, 365 * 86_400


def refuse_outside(request: HttpRequest, iin: str) -> None:
    """Before anybody is signed in. Raises OutsideTheOffice, once it is on record."""
    operator = operator_of(iin)
    if operator and not workplaces.is_in_office(operator, address=address_of(request)):
        workplaces.notice(operator=operator, finding=Finding.OUTSIDE, at=timezone.now())
        raise OutsideTheOffice


def settle(request: HttpRequest) -> None:
    """The session that was just opened runs at this workplace, and from now on its holder's only there."""
    at, operator = timezone.now(), operator_of(request.user.iin)  # type: ignore[union-attr]
    with transaction.atomic():
        ended = sessions.end_elsewhere(request, workplace=_digest_of(request), at=at)
        if ended and operator:
            workplaces.notice(operator=operator, finding=Finding.TWO_PLACES, at=at)


def is_here(request: HttpRequest, operator: Operator) -> bool:
    """Whether a session is used where it was opened, and in the office."""
    opened_at = sessions.workplace_of(request)
    return opened_at in {"", _digest_of(request)} and workplaces.is_in_office(
        operator, address=address_of(request)
    )


def mark(request: HttpRequest, answer: HttpResponse) -> None:
    """Have the browser keep its mark."""
    answer.set_cookie(
        COOKIE,
        _mark_of(request),
        max_age=A_YEAR,
        secure=settings.scheme == "https",
        httponly=True,
        samesite="Lax",  # a link in a letter leads to the desk, too
    )


def _mark_of(request: HttpRequest) -> str:
    """The mark this browser keeps, or one made for it now."""
    if COOKIE not in request.COOKIES:
        request.COOKIES[COOKIE] = secrets.token_hex(BYTES)
    return request.COOKIES[COOKIE]


def _digest_of(request: HttpRequest) -> str:
    return hashlib.sha256(_mark_of(request).encode()).hexdigest()
