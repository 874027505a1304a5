"""The portal's first page: what exists, who stands behind it, why it can be trusted."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from senim.pages.context import address
from senim.pages.routes import Route, Who


@dataclass(frozen=True)
class Tile:
    """One thing a person can do here. A tile whose route does not exist is not shown."""

    route: str
    icon: str
    name: str

    @property
    def href(self) -> str:
        return address(self.route)

    @property
    def title(self) -> str:
        return f"portal.home.tile.{self.name}"

    @property
    def text(self) -> str:
        return f"{self.title}.text"


TILES = (
    Tile("order", "key", "order"),
    Tile("documents", "document", "documents"),
    Tile("view-enter", "camera", "view"),
    Tile("order-status", "search", "status"),
)
STEPS = ("order", "visit", "install")
PLEDGES = ("key", "consent", "mark", "code")


def home(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "portal/home/home.html",
        {
            "tiles": [tile for tile in TILES if tile.href],
            "steps": [_words(f"portal.home.step.{name}") for name in STEPS],
            "pledges": [_words(f"portal.home.pledge.{name}") for name in PLEDGES],
        },
    )


def _words(text_id: str) -> dict[str, str]:
    return {"title": text_id, "note": f"{text_id}.text"}


ROUTES = [Route("", home, Who.ANYONE, "home")]
