"""The service over HTTP: for the portal, which signs what it asks, and for devices, which do not."""

import hmac
import json
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from senim_sandbox.clock import Clock
from senim_sandbox.configuration import Configuration
from senim_sandbox.data import problem
from senim_sandbox.faults import Faults, Mode
from senim_sandbox.identification.asserting import Asserting
from senim_sandbox.identification.request_signatures import NotSigned, Requests
from senim_sandbox.identification.sessions import FACES, Face, Session, Sessions, WrongRequest
from senim_sandbox.pages.rendering import form_of, page
from senim_sandbox.registries.signing import NoKeyYet, OwnerKey
from senim_sandbox.society import Society

SERVICE = "identification"


class Identification:
    """One service, for one society."""

    def __init__(
        self, configuration: Configuration, society: Society, faults: Faults, owner: OwnerKey, clock: Clock
    ) -> None:
        self._configuration, self._society, self._faults, self._clock = configuration, society, faults, clock
        self._asserting = Asserting(society, owner)
        self._requests = Requests(bytes.fromhex(configuration.secret("identification")))
        self.sessions = Sessions(configuration.may_return)

    def routes(self) -> list[Route]:
        return [
            Route("/identification/sessions", self.open, methods=["POST"]),
            Route("/identification/sessions/{session}/assertion", self.assertion, methods=["POST"]),
            Route("/identification/{session}/face.json", self.face, methods=["POST"]),
        ]

    def pages(self) -> list[Route]:
        return [
            Route("/identification/{session}", self.camera),
            Route("/identification/{session}", self.look, methods=["POST"]),
        ]

    def clear(self) -> None:
        self.sessions.clear()
        self._asserting.clear()

    async def open(self, request: Request) -> Response:
        """A portal wants somebody identified."""
        if await self._faults.endure(SERVICE) is Mode.DOWN:
            return _down()
        body = await request.body()
        try:
            asker = self._requests.check(request, body)
            session = self.sessions.open(_object(body), asker=asker)
        except NotSigned as wrong:
            return problem(401, str(wrong))
        except WrongRequest as wrong:
            return problem(422, str(wrong))
        place = f"/identification/{session.session}?{urlencode({'lang': session.language})}"
        address = f"{self._configuration.pages_origin}{place}"
        return JSONResponse({"session": session.session, "url": address}, 201)

    async def assertion(self, request: Request) -> Response:
        """What was seen, for the portal whose reader brought the code back."""
        if await self._faults.endure(SERVICE) is Mode.DOWN:
            return _down()
        body = await request.body()
        try:
            asker = self._requests.check(request, body)
        except NotSigned as wrong:
            return problem(401, str(wrong))
        session, code = self.sessions.get(request.path_params["session"]), str(_object(body).get("code"))
        if session is None or session.audience != asker or not _same(session.code, code):
            return problem(409, "nobody was looked at, or the code is of another session")
        return Response(session.assertion, media_type="application/json")

    async def face(self, request: Request) -> Response:
        """``{"face": "self"}``: what the page's form does, for programs and for apps without a browser."""
        session, face = self._waiting(request), str(_object(await request.body()).get("face", ""))
        if session is None or face not in FACES:
            return problem(422, f"an open session and one of {', '.join(FACES)} are needed")
        try:
            self._finish(session, Face(face))
        except NoKeyYet:
            return problem(503, "the service has no key yet")
        if session.return_to:
            return JSONResponse({"return": session.way_back})
        return Response(session.assertion, media_type="application/json")

    async def camera(self, request: Request) -> Response:
        """The page a person comes to."""
        session = self.sessions.get(request.path_params["session"])
        return self._page(request, session if self._waiting(request) else None)

    async def look(self, request: Request) -> Response:
        session, field = self._waiting(request), await form_of(request)
        if session is None or field("face") not in FACES:
            return self._page(request, None)
        try:
            self._finish(session, Face(field("face")))
        except NoKeyYet:
            return self._page(request, None)
        return page(request, "looked_at.html", section="", back=session.way_back)

    def _waiting(self, request: Request) -> Session | None:
        """A session that nobody has finished and that is not over. A second look shows nobody the code."""
        session = self.sessions.get(request.path_params["session"])
        waits = session is not None and not session.code and self._clock.now() < session.until
        return session if waits else None

    def _finish(self, session: Session, face: Face) -> None:
        mode = self._faults.of(SERVICE).mode
        session.finish(self._asserting.of(session, face, mode, self._clock.now()))

    def _page(self, request: Request, session: Session | None) -> Response:
        if session is None:
            return page(
                request, "problem.html", section="", status=410, problem="identification.over", back="/"
            )
        person = next((one for one in self._society.people if one.iin == session.iin), None)
        return page(request, "camera.html", section="", session=session, person=person, faces=FACES)


def _object(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _same(known: str, given: str) -> bool:
    return bool(known) and hmac.compare_digest(known.encode(), given.encode())


def _down() -> Response:
    return Response(status_code=503, headers={"Retry-After": "10"})
