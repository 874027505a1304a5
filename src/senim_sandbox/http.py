"""Everything the sandbox answers over HTTP."""

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from senim_sandbox.data import Data, problem
from senim_sandbox.guard import Guard
from senim_sandbox.pages.pages import Pages, missing

if TYPE_CHECKING:
    from senim_sandbox.world import World

FOR_PROGRAMS = ("/registries/", "/identification/sessions")


def application(world: "World") -> Starlette:
    """The web application of one world."""
    routes = [
        Route("/healthz", health),
        *Data(world).routes(),
        *world.registries.routes(),
        *world.witness.routes(),
        *world.bank.routes(),
        *world.identification.routes(),
        *Pages(world).routes(),
    ]
    return Starlette(routes=routes, middleware=[Guard.middleware()], exception_handlers={404: not_found})


async def health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def not_found(request: Request, _: Exception) -> Response:
    if request.url.path.endswith(".json") or request.url.path.startswith(FOR_PROGRAMS):
        return problem(404, "there is no such thing")
    return missing(request)
