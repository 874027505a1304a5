"""What is asked and what is answered: of HTTP no more than the responders need."""

from typing import NamedTuple

NOT_SNIFFED = ("x-content-type-options", "nosniff")
NOT_KEPT = ("cache-control", "no-store")


class Request(NamedTuple):
    """``path`` as it was sent, without what follows a question mark. Nothing is kept of a body that is
    ``too_large``."""

    method: str
    path: str
    body: bytes = b""
    if_none_match: str = ""
    too_large: bool = False


class Response(NamedTuple):
    """``head`` are its headers as they are sent (``spelled``): most are the same each time."""

    status: int
    head: bytes
    body: bytes = b""


def spelled(*headers: tuple[str, str]) -> bytes:
    """These headers as they are sent, and the one that every answer has."""
    return "".join(f"{name}: {value}\r\n" for name, value in (*headers, NOT_SNIFFED)).encode("ascii")


PLAIN = spelled()
NOT_FOUND = Response(404, PLAIN)


def only(*methods: str) -> Response:
    """Nothing is to be had here but by these methods."""
    return Response(405, spelled(("allow", ", ".join(methods))))
