"""The pages."""

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

if TYPE_CHECKING:
    from senim_sandbox.world import World


class Pages:
    def __init__(self, world: "World") -> None:
        self._world = world

    def routes(self) -> list[BaseRoute]:
        return []
