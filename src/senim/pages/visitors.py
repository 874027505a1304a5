"""Where a request comes from: the network, for limits on it; the browser, for what only that one may answer.

Behind a proxy every request seems to come from it. What X-Forwarded-For says is believed only of proxies
named in the settings, as far as they wrote it: anything left of that the visitor may have made up.
"""

from django.http import HttpRequest
from django.middleware.csrf import get_token

from senim import network_addresses
from senim.accounts import send_limits
from senim.settings import settings


def network_of(request: HttpRequest) -> str:
    """The neighbourhood a request comes from: limits on a single address are dodged too easily."""
    return send_limits.network_of(address_of(request))


def browser_of(request: HttpRequest) -> str:
    """The CSRF secret: the one mark a browser has before anybody is signed in, unreadable to scripts."""
    if "CSRF_COOKIE" not in request.META:  # whoever draws a form asks for a token themselves
        get_token(request)
    return str(request.META["CSRF_COOKIE"])


def address_of(request: HttpRequest) -> str:
    """The nearest address that is not one of our proxies."""
    told = request.headers.get("X-Forwarded-For", "")
    hops = [hop.strip() for hop in told.split(",") if hop.strip()]
    address = str(request.META.get("REMOTE_ADDR") or "")
    while hops and network_addresses.is_in(settings.trusted_networks, address):
        address = hops.pop()
    return address
