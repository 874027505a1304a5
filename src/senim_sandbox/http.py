"""Everything the sandbox answers over HTTP."""

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from senim_sandbox.faults import SERVICES, WrongFault
from senim_sandbox.guard import Guard
from senim_sandbox.key_files import KeyFile
from senim_sandbox.pages.pages import Pages, missing
from senim_sandbox.people import Person
from senim_sandbox.places import places, raw
from senim_sandbox.sms.phones import e164, is_mobile

if TYPE_CHECKING:
    from senim_sandbox.world import World


def application(world: "World") -> Starlette:
    """The web application of one world."""
    data = Data(world)
    routes = [
        Route("/healthz", health),
        Route("/people.json", data.people),
        Route("/registration-centres.json", data.registration_centres),
        Route("/phones.json", data.phones),
        Route("/phones/{number}.json", data.phone),
        Route("/phones/{number}.json", data.switch_phone, methods=["PUT"]),
        Route("/phones/{number}/messages.json", data.write, methods=["POST"]),
        Route("/mail.json", data.mailboxes),
        Route("/mail/{address}.json", data.mailbox),
        Route("/faults.json", data.faults),
        Route("/faults.json", data.put_faults, methods=["PUT"]),
        Route("/reset", data.reset, methods=["POST"]),
        *world.registries.routes(),
        *Pages(world).routes(),
    ]
    return Starlette(routes=routes, middleware=[Guard.middleware()], exception_handlers={404: not_found})


async def health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


class Data:
    """The same world as on the pages, for programs."""

    def __init__(self, world: "World") -> None:
        self._world = world

    async def people(self, _: Request) -> Response:
        society, keys = self._world.society, self._world.key_files.of_everybody()
        return JSONResponse(
            {
                "people": [_person(one, keys.get(one.id)) for one in society.people],
                "legal_entities": [vars(one) for one in society.legal_entities],
            }
        )

    async def registration_centres(self, _: Request) -> Response:
        return JSONResponse({"regions": raw()})

    async def phones(self, _: Request) -> Response:
        society = self._world.society
        known = [
            {
                "number": phone.number,
                "person": owner.id if (owner := society.owner_of_phone(phone.number)) else None,
                "on": phone.on.is_set(),
                "messages": len(phone.messages),
                "latest_at": phone.messages[0].at.isoformat(),
            }
            for phone in self._world.phones.known()
        ]
        return JSONResponse({"phones": known})

    async def phone(self, request: Request) -> Response:
        number = e164(request.path_params["number"])
        if not is_mobile(number):
            return _problem(404, "no phone has this number")
        phone = self._world.phones.phone(number)
        messages = [message.as_json() for message in phone.messages]
        return JSONResponse({"number": number, "on": phone.on.is_set(), "messages": messages})

    async def switch_phone(self, request: Request) -> Response:
        """``{"on": false}`` switches a phone off: messages wait, and die of age."""
        number, wanted = e164(request.path_params["number"]), await _object(request)
        if not is_mobile(number) or not isinstance(wanted.get("on"), bool):
            return _problem(422, 'a phone\'s number and {"on": true or false} are needed')
        self._world.phones.phone(number).switch(on=wanted["on"])
        return await self.phone(request)

    async def write(self, request: Request) -> Response:
        """``{"to": …, "text": …}``: the person writes an SMS."""
        number, wanted = e164(request.path_params["number"]), await _object(request)
        if not is_mobile(number):
            return _problem(404, "no phone has this number")
        try:
            self._world.centre.write(
                source=number, destination=str(wanted.get("to", "")), text=str(wanted.get("text", ""))
            )
        except ValueError as wrong:
            return _problem(422, str(wrong))
        except asyncio.QueueFull:
            return _problem(503, "nobody takes messages")
        return await self.phone(request)

    async def mailboxes(self, _: Request) -> Response:
        known = [
            {
                "address": mailbox.address,
                "mails": len(mailbox.mails),
                "latest_at": mailbox.mails[0].at.isoformat(),
            }
            for mailbox in self._world.mailboxes.known()
        ]
        return JSONResponse({"mailboxes": known})

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
                return _problem(422, str(wrong))
        return await self.faults(request)

    async def reset(self, request: Request) -> Response:
        self._world.reset()
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/", 303)
        return JSONResponse({"services": list(SERVICES)})


async def not_found(request: Request, _: Exception) -> Response:
    if request.url.path.endswith(".json") or request.url.path.startswith("/registries/"):
        return _problem(404, "there is no such thing")
    return missing(request)


def _person(one: Person, key: KeyFile | None) -> dict[str, Any]:
    settlement = places()[one.settlement]
    card = one.card and {
        "number": one.card.number,
        "issued": one.card.issued.isoformat(),
        "expires": one.card.expires.isoformat(),
        "state": one.card.state,
    }
    return {
        **vars(one),
        "born": one.born.isoformat(),
        "card": card,
        "key_file": key and key.as_json(one.id),
        "region": places()[settlement.region].as_json(),
        "settlement": settlement.as_json(),
    }


async def _object(request: Request) -> dict[str, Any]:
    try:
        read = await request.json()
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _problem(status: int, title: str) -> Response:
    return JSONResponse(
        {"title": title, "status": status}, status_code=status, media_type="application/problem+json"
    )
