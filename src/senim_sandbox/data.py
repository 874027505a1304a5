"""The same world as on the pages, for programs: everything is JSON."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from senim_sandbox.clock import WrongTime
from senim_sandbox.faults import SERVICES, WrongFault
from senim_sandbox.mail import Mailbox
from senim_sandbox.people_file import people_file
from senim_sandbox.places import raw
from senim_sandbox.registries.subscribers import WrongCase
from senim_sandbox.sms.phones import Phone, e164, is_mobile

if TYPE_CHECKING:
    from senim_sandbox.world import World

LATEST = 50


class Data:
    """The data of one world. What can be asked and sent is listed in ``docs/sandbox.md``."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def routes(self) -> list[Route]:
        return [
            Route("/people.json", self.people),
            Route("/keys.json", self.keys),
            Route("/registration-centres.json", self.registration_centres),
            Route("/inbox.json", self.inbox),
            Route("/phones.json", self.phones),
            Route("/phones/{number}.json", self.phone),
            Route("/phones/{number}.json", self.switch_phone, methods=["PUT"]),
            Route("/phones/{number}/messages.json", self.write, methods=["POST"]),
            Route("/phones/{number}/holder.json", self.holder),
            Route("/phones/{number}/holder.json", self.put_holder, methods=["PUT"]),
            Route("/mail.json", self.mailboxes),
            Route("/mail/{address}.json", self.mailbox),
            Route("/faults.json", self.faults),
            Route("/faults.json", self.put_faults, methods=["PUT"]),
            Route("/clock.json", self.clock),
            Route("/clock.json", self.put_clock, methods=["PUT"]),
            Route("/reset", self.reset, methods=["POST"]),
        ]

    async def people(self, _: Request) -> Response:
        return Response(people_file(self._world.society), media_type="application/json")

    async def keys(self, _: Request) -> Response:
        """The key files this instance's ceremony made, by person, with their passwords."""
        keys = self._world.key_files.of_everybody()
        return JSONResponse({"keys": {person: key.as_json(person) for person, key in keys.items()}})

    async def inbox(self, _: Request) -> Response:
        """The latest of everything that came to anybody."""
        messages = [
            {"number": phone.number, **message.as_json()}
            for phone, message in self._world.phones.latest(LATEST)
        ]
        mails = [mail.as_json() for mail in self._world.mailboxes.latest(LATEST)]
        return JSONResponse({"messages": messages, "mails": mails})

    async def registration_centres(self, _: Request) -> Response:
        return JSONResponse({"regions": raw()})

    async def phones(self, _: Request) -> Response:
        return JSONResponse({"phones": [self._phone(phone) for phone in self._world.phones.known()]})

    async def phone(self, request: Request) -> Response:
        number = e164(request.path_params["number"])
        if not is_mobile(number):
            return problem(404, "no phone has this number")
        phone = self._world.phones.phone(number)
        messages = [message.as_json() for message in phone.messages]
        return JSONResponse({"number": number, "on": phone.on.is_set(), "messages": messages})

    async def switch_phone(self, request: Request) -> Response:
        """``{"on": false}`` switches a phone off: messages wait, and die of age."""
        number, wanted = e164(request.path_params["number"]), await _object(request)
        if not is_mobile(number) or not isinstance(wanted.get("on"), bool):
            return problem(422, 'a phone\'s number and {"on": true or false} are needed')
        self._world.phones.phone(number).switch(on=wanted["on"])
        return await self.phone(request)

    async def write(self, request: Request) -> Response:
        """``{"to": …, "text": …}``: the person writes an SMS."""
        number, wanted = e164(request.path_params["number"]), await _object(request)
        if not is_mobile(number):
            return problem(404, "no phone has this number")
        try:
            self._world.centre.write(
                source=number, destination=str(wanted.get("to", "")), text=str(wanted.get("text", ""))
            )
        except ValueError as wrong:
            return problem(422, str(wrong))
        except asyncio.QueueFull:
            return problem(503, "nobody takes messages")
        return await self.phone(request)

    async def holder(self, request: Request) -> Response:
        """What the mobile operators know of this number's holder, as one of the cases."""
        number = e164(request.path_params["number"])
        if not is_mobile(number):
            return problem(404, "no phone has this number")
        return JSONResponse({"number": number, "case": self._world.subscribers.case(number)})

    async def put_holder(self, request: Request) -> Response:
        """``{"case": "sim_changed"}``: from now on the operators say so."""
        number, wanted = e164(request.path_params["number"]), await _object(request)
        if not is_mobile(number):
            return problem(404, "no phone has this number")
        try:
            self._world.subscribers.put(number, str(wanted.get("case", "")))
        except WrongCase as wrong:
            return problem(422, str(wrong))
        return await self.holder(request)

    async def mailboxes(self, _: Request) -> Response:
        known = self._world.mailboxes.known()
        return JSONResponse({"mailboxes": [_mailbox(mailbox) for mailbox in known]})

    async def mailbox(self, request: Request) -> Response:
        mailbox = self._world.mailboxes.look_into(request.path_params["address"])
        mails = [mail.as_json() for mail in mailbox.mails]
        return JSONResponse({"address": mailbox.address, "mails": mails})

    async def faults(self, _: Request) -> Response:
        return JSONResponse(self._world.faults.as_json())

    async def put_faults(self, request: Request) -> Response:
        """``{"gbdfl": {"mode": "slow", "seconds": 3}}``; services not named stay as they are."""
        for service, fault in (await _object(request)).items():
            try:
                self._world.put_fault(service, fault["mode"], float(fault.get("seconds", 3)))
            except (WrongFault, TypeError, KeyError, ValueError, AttributeError) as wrong:
                return problem(422, str(wrong))
        return await self.faults(request)

    async def clock(self, _: Request) -> Response:
        clock = self._world.clock
        told = {"now": clock.now().isoformat(), "ahead_seconds": clock.ahead.total_seconds()}
        return JSONResponse(told)

    async def put_clock(self, request: Request) -> Response:
        """``{"now": "2027-01-01T00:00:00+05:00"}`` or ``{"ahead_seconds": -90}``; it goes on running."""
        try:
            self._world.clock.move(_ahead(await _object(request)))
        except (WrongTime, ValueError, TypeError, OverflowError) as wrong:
            return problem(422, str(wrong))
        return await self.clock(request)

    async def reset(self, request: Request) -> Response:
        self._world.reset()
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/", 303)
        return JSONResponse({"services": list(SERVICES)})

    def _phone(self, phone: Phone) -> dict[str, Any]:
        owner = self._world.society.owner_of_phone(phone.number)
        return {
            "number": phone.number,
            "person": owner and owner.id,
            "on": phone.on.is_set(),
            "messages": len(phone.messages),
            "latest_at": phone.messages[0].at.isoformat(),
        }


def problem(status: int, title: str) -> Response:
    return JSONResponse(
        {"title": title, "status": status}, status_code=status, media_type="application/problem+json"
    )


def _mailbox(mailbox: Mailbox) -> dict[str, Any]:
    newest = mailbox.mails[0]
    return {
        "address": mailbox.address,
        "mails": len(mailbox.mails),
        "latest_at": newest.at.isoformat(),
    }


def _ahead(wanted: dict[str, Any]) -> timedelta:
    """How far ahead of the machine's clock is asked for. Raises ValueError, TypeError, OverflowError."""
    if "now" in wanted:
        now = datetime.fromisoformat(wanted["now"])
        if now.tzinfo is None:
            raise ValueError("a time needs its offset from UTC")
        return now - datetime.now(UTC)
    return timedelta(seconds=float(wanted.get("ahead_seconds", "")))


async def _object(request: Request) -> dict[str, Any]:
    try:
        read = await request.json()
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
