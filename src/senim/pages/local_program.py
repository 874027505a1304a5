"""Pages that speak to ``senim-token`` on the visitor's own computer: those with the tag, and no others."""

from django.http import HttpRequest

from senim.settings import settings


def reach(request: HttpRequest) -> str:
    """Where the program listens; from now on this page's policy lets its script speak to it.

    By number, since a name could be pointed elsewhere. Browsers trust the loopback interface without TLS.
    """
    request.reaches_tokens = True  # type: ignore[attr-defined]
    return _address()


def policy(usual: str, request: HttpRequest) -> str:
    """The policy of the page that answers this request."""
    if not getattr(request, "reaches_tokens", False):
        return usual
    return usual.replace("connect-src 'self'", f"connect-src 'self' {_address()}")


def _address() -> str:
    return f"ws://127.0.0.1:{settings.token_port}"
