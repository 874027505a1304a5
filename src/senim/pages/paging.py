"""Which page of a long list an address asks for."""

from django.http import HttpRequest

DIGITS_AT_MOST = 5


def page_asked(request: HttpRequest) -> int:
    """The first where the address says none, or nothing that is a number."""
    said = request.GET.get("page", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= DIGITS_AT_MOST else 1
