"""What of a long list an address asks for: its words, its page."""

from django.http import HttpRequest

DIGITS_AT_MOST = 5
SEARCH_AT_MOST = 100


def search_asked(request: HttpRequest) -> str:
    """Without what no database can hold."""
    return request.GET.get("q", "").replace("\0", "").strip()[:SEARCH_AT_MOST]


def page_asked(request: HttpRequest) -> int:
    """The first where the address says none, or nothing that is a number."""
    said = request.GET.get("page", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= DIGITS_AT_MOST else 1
