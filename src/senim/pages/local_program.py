"""Pages that speak to ``senim-token`` on the visitor's own computer: they alone may."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

from senim.pages.middleware import CONTENT_SECURITY_POLICY
from senim.settings import settings

View = Callable[..., HttpResponseBase]


def address() -> str:
    """By number: a name could be pointed elsewhere. Browsers trust the loopback interface without TLS."""
    return f"ws://127.0.0.1:{settings.token_port}"


def reaches_tokens(view: View) -> View:
    """The page's policy lets its script speak to the program, and else to the page's origin only."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "connect-src 'self'", f"connect-src 'self' {address()}"
        )
        return response

    return answer
