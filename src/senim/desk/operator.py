"""Who sits at the desk: the operator behind a signed-in account, or nobody (CA-5.15)."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponseBase

from senim.operators.standing import Operator, operator_of

Handler = Callable[[HttpRequest], HttpResponseBase]


def know_the_operator(answer: Handler) -> Handler:
    """Sets ``request.operator``. Asked at each request: an appointment that ends, ends at once."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        operator = operator_of(user.iin) if user.is_authenticated else None
        request.operator = operator  # type: ignore[attr-defined]
        return answer(request)

    return handle


def operator_at(request: HttpRequest) -> Operator:
    """For pages only operators enter."""
    return cast("Operator", request.operator)  # type: ignore[attr-defined]
