"""``GET /registries/<path>/<identifier>``: a signed answer, or what the fault of the day makes of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from senim_sandbox.clock import CIVIL_TIME, Clock
from senim_sandbox.faults import Faults, Mode
from senim_sandbox.registries.answers import REGISTRIES, Finding
from senim_sandbox.registries.envelopes import Envelopes
from senim_sandbox.registries.signing import NoKeyYet, OwnerKey
from senim_sandbox.registries.subscribers import Subscribers
from senim_sandbox.society import Society

STALE_BY = timedelta(minutes=10)
DRIPS = 20
"""In how many pieces a late answer comes, each of them soon enough."""


class Registries:
    """Answers for one society and its subscribers; ``owner`` signs."""

    def __init__(
        self, society: Society, subscribers: Subscribers, faults: Faults, owner: OwnerKey, clock: Clock
    ) -> None:
        self._society, self._faults, self._clock = society, faults, clock
        self._envelopes = Envelopes(owner)
        self._asked: dict[str, tuple[str, Callable[[str, date], Finding]]]
        self._asked = {path: (name, partial(find, society)) for path, (name, find) in REGISTRIES.items()}
        self._asked["subscribers/numbers"] = ("subscribers", subscribers.answer)

    def routes(self) -> list[Route]:
        return [
            Route(f"/registries/{path}/{{identifier}}", self._endpoint(path), name=path)
            for path in self._asked
        ]

    def _endpoint(self, path: str) -> Any:
        async def answer(request: Request) -> Response:
            return await self._answer(path, request.path_params["identifier"])

        return answer

    async def _answer(self, path: str, identifier: str) -> Response:
        registry, _ = self._asked[path]
        mode = await self._faults.endure(registry)
        if mode is Mode.DOWN:
            return Response(status_code=503, headers={"Retry-After": "10"})
        if mode is Mode.GARBAGE:
            return Response("<html>502 Bad Gateway</html>", media_type="text/html")
        try:
            body = json.dumps(self._signed(path, identifier, mode)).encode()
        except NoKeyYet:
            return JSONResponse({"problem": "the owning body has no key yet"}, status_code=503)
        if mode is Mode.LATE:
            drips = _drip(body, self._faults.of(registry).seconds)
            return StreamingResponse(drips, media_type="application/json")
        return Response(body * self._faults.copies(registry), media_type="application/json")

    def _signed(self, path: str, identifier: str, mode: Mode) -> dict[str, str]:
        now = self._clock.now()
        words = self._words(path, identifier, now - STALE_BY if mode is Mode.STALE else now, mode)
        return self._envelopes.around(words, mode, now)

    def _words(self, path: str, identifier: str, as_of: datetime, mode: Mode) -> dict[str, Any]:
        registry, find = self._asked[path]
        asked = self._society.somebody_else(identifier) if mode is Mode.OTHER else identifier
        found = find(asked, as_of.astimezone(CIVIL_TIME).date())
        return {
            "registry": registry,
            "asked": asked,
            "as_of": as_of.isoformat(timespec="milliseconds"),
            "found": found is not None,
            **(found or {}),
        }


async def _drip(body: bytes, seconds: float) -> AsyncIterator[bytes]:
    """The answer begins at once and ends so many seconds later."""
    piece = len(body) // DRIPS + 1
    for start in range(0, len(body), piece):
        yield body[start : start + piece]
        await asyncio.sleep(seconds / DRIPS)
