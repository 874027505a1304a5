"""What the layout needs to know about a page: navigation, footer, the same page in other languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_resolver, reverse

from senim.accounts.sessions import acting_of
from senim.settings import settings
from senim.texts import LANGUAGES, Text, language, say

_SHORT = {"kk": "Қаз", "ru": "Рус", "en": "Eng"}
_LONG = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


@dataclass(frozen=True)
class Place:
    """A link of a door's navigation: a route's name and the text that names it.

    ``posts`` makes it a button, for what changes something (leaving). Places whose route does not exist are
    left out.
    """

    route: str
    text: str
    posts: bool = False
    last: bool = False
    only: str = ""
    """What the request must know of whoever asks: ``operator``, ``official``, ``worker``."""


@dataclass(frozen=True)
class Door:
    """What a door tells its pages; its urls module holds it as ``DOOR``."""

    home: str
    signed_in: tuple[Place, ...] = ()
    acting: tuple[Place, ...] = ()
    """For somebody who acts for an organisation."""
    signed_out: tuple[Place, ...] = ()
    footer: tuple[Place, ...] = ()
    name: str = ""
    wide: bool = False
    worker: str = ""
    """Address of the service worker; a door that has one can be installed as an app."""


@dataclass(frozen=True)
class Link:
    href: str
    label: str
    current: bool = False
    posts: bool = False
    last: bool = False


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``frame``."""
    return {"frame": frame(request, signed_in=is_signed_in(request))}


def frame(request: HttpRequest, *, signed_in: bool = False) -> dict[str, Any]:
    """The frame around a page. Asks the database nothing, so failure pages use it too."""
    door = _door()
    acting = acting_of(request) if signed_in else None
    return {
        "language": language(),
        "languages": _languages(request),
        "home": _home(door),
        "door_name": say(door.name) if door.name else "",
        "navigation": _links(_places(door, request, signed_in=signed_in, acting=bool(acting)), request.path),
        "footer": _links(door.footer, request.path),
        "wide": door.wide,
        "sandbox": settings.is_sandbox,
        "signed_in": signed_in,
        "acting": acting and {"name": acting.name, "role": Text(f"enrolment.role.{acting.role}")},
        "worker": door.worker,
    }


def other_language(path: str, code: str) -> str:
    """The same address in another language; an address without a language leads to that language's home."""
    first, _, rest = path.lstrip("/").partition("/")
    return f"/{code}/{rest}" if first in LANGUAGES else f"/{code}/"


def _door() -> Door:
    door: Door = getattr(get_resolver().urlconf_module, "DOOR", Door(home=""))
    return door


def _home(door: Door) -> str:
    return address(door.home) or f"/{language()}/"


def is_signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_authenticated)


def _languages(request: HttpRequest) -> list[dict[str, object]]:
    query = f"?{request.GET.urlencode()}" if request.GET and request.method == "GET" else ""
    return [
        {
            "code": code,
            "short": _SHORT[code],
            "long": _LONG[code],
            "current": code == language(),
            "href": other_language(request.path, code) + query,
        }
        for code in LANGUAGES
    ]


def address(route: str) -> str:
    """Where the route of this name is, or nothing if there is none."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def _places(door: Door, request: HttpRequest, *, signed_in: bool, acting: bool) -> list[Place]:
    inside = door.acting if acting else door.signed_in
    places = inside if signed_in else door.signed_out
    return [place for place in places if not place.only or getattr(request, place.only, None)]


def _links(places: Iterable[Place], path: str) -> list[Link]:
    found = [(place, href) for place in places if (href := address(place.route))]
    here = max((href for _, href in found if path.startswith(href)), key=len, default="")
    return [Link(href, say(place.text), href == here, place.posts, place.last) for place, href in found]
