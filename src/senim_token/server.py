"""The WebSocket on the loopback interface: who is let in, and one conversation with each page."""

import asyncio
import json
import logging
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from senim_token.configuration import Configuration
from senim_token.handshake import LOOPBACK, refusal
from senim_token.protocol import GREETING, Message, answer
from senim_token.states import NotDone, State
from senim_token.work import Work

LARGEST_MESSAGE = 256 * 1024
log = logging.getLogger("senim-token")


class PageGone(Exception):
    """The page that asked is closed; nobody waits for the answer."""


class Door:
    """Speaks with the pages that are allowed in."""

    def __init__(self, configuration: Configuration, work: Work) -> None:
        self._configuration, self._work = configuration, work

    async def open(self) -> Server:
        """Listens on the loopback interface only. Raises OSError where the port is taken."""
        return await serve(
            self._converse,
            LOOPBACK,
            self._configuration.port,
            process_request=self._let_in,
            compression=None,
            max_size=LARGEST_MESSAGE,
            server_header=None,
        )

    def _let_in(self, connection: ServerConnection, request: Request) -> Response | None:
        why = refusal(
            hosts=request.headers.get_all("Host"),
            origins=request.headers.get_all("Origin"),
            path=request.path,
            port=self._configuration.port,
            allowed=self._configuration.origins,
        )
        if not why:
            return None
        log.warning("refused: %s", why)
        return connection.respond(HTTPStatus.FORBIDDEN, f"{why}\n")

    async def _converse(self, connection: ServerConnection) -> None:
        assert connection.request is not None  # noqa: S101 - for the type checker
        origin = connection.request.headers["Origin"]
        try:
            await connection.send(GREETING)
            async for text in connection:
                said = await _while_open(connection, self._answered(text, origin))
                await connection.send(json.dumps(said))
        except (ConnectionClosed, PageGone):
            return

    async def _answered(self, text: str | bytes, origin: str) -> dict[str, Any]:
        said: dict[str, Any] = {"id": 0}
        try:
            message = Message.read(text)
            said["id"] = message.id
            said["done"] = await answer(message, work=self._work, origin=origin)
        except NotDone as reason:
            said["not_done"] = reason.state
        except Exception:
            log.exception("a defect")
            said["not_done"] = State.TOKEN_FAILED
        return said


async def _while_open(
    connection: ServerConnection, work: Coroutine[Any, Any, dict[str, Any]]
) -> dict[str, Any]:
    """A page that is closed takes its window with it."""
    doing, gone = asyncio.ensure_future(work), asyncio.ensure_future(connection.wait_closed())
    try:
        await asyncio.wait({doing, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise PageGone
        return doing.result()
    finally:
        doing.cancel()
        gone.cancel()
