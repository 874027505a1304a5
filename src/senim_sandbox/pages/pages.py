"""What each page shows and each form does."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from senim_sandbox import trust
from senim_sandbox.clock import CIVIL_TIME, WrongTime
from senim_sandbox.faults import SERVICES, WrongFault
from senim_sandbox.pages.rendering import asset, form_of, language_of, page
from senim_sandbox.people import LegalEntity, Person
from senim_sandbox.places import places
from senim_sandbox.portraits import portrait
from senim_sandbox.registries.subscribers import Case, WrongCase
from senim_sandbox.sms.phones import Phone, e164, is_mobile

if TYPE_CHECKING:
    from senim_sandbox.world import World

LATEST = 12
PEOPLE_ON_A_PAGE = 30
SEE_OTHER = 303


class Pages:
    """The pages of one world."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def routes(self) -> list[Route]:
        return [
            Route("/", self.overview),
            Route("/phones", self.phones),
            Route("/phones/{number}", self.phone),
            Route("/phones/{number}/messages", self.write, methods=["POST"]),
            Route("/phones/{number}/switch", self.switch, methods=["POST"]),
            Route("/phones/{number}/holder", self.put_holder, methods=["POST"]),
            Route("/mail", self.mailboxes),
            Route("/mail/{address}", self.mailbox),
            Route("/people", self.people),
            Route("/people/{person}.png", self.portrait),
            Route("/people/{person}.p12", self.key_file),
            Route("/organisations", self.organisations),
            Route("/faults", self.faults),
            Route("/faults", self.put_fault, methods=["POST"]),
            Route("/clock", self.put_clock, methods=["POST"]),
            *self._world.bank.pages(),
            *self._world.identification.pages(),
            Route("/trust", self.trust),
            Route("/trust/senim-sandbox.cer", self.trust_file),
            Route("/style.css", lambda _: asset("style.css", "text/css")),
            Route("/sign.svg", lambda _: asset("sign.svg", "image/svg+xml")),
        ]

    async def overview(self, request: Request) -> Response:
        return page(
            request,
            "overview.html",
            section="overview",
            messages=self._world.phones.latest(LATEST),
            mails=self._world.mailboxes.latest(LATEST),
            owner_of=self._world.society.owner_of_phone,
        )

    async def phones(self, request: Request) -> Response:
        return page(
            request,
            "phones.html",
            section="phones",
            data="/phones.json",
            phones=self._world.phones.known(),
            owner_of=self._world.society.owner_of_phone,
        )

    async def phone(self, request: Request) -> Response:
        phone = self._phone(request)
        if phone is None:
            return missing(request)
        return page(
            request,
            "phone.html",
            section="phones",
            data=f"/phones/{phone.number}.json",
            phone=phone,
            cases=tuple(Case),
            case=self._world.subscribers.case(phone.number),
            owner_of=self._world.society.owner_of_phone,
        )

    async def write(self, request: Request) -> Response:
        phone, field = self._phone(request), await form_of(request)
        if phone is None:
            return missing(request)
        back = f"/phones/{phone.number}"
        try:
            self._world.centre.write(source=phone.number, destination=field("to"), text=field("text"))
        except ValueError:
            return problem(request, "problem.number", back=back)
        except asyncio.QueueFull:
            return problem(request, "problem.busy", back=back, status=503)
        return RedirectResponse(back, SEE_OTHER)

    async def switch(self, request: Request) -> Response:
        phone, field = self._phone(request), await form_of(request)
        if phone is None:
            return missing(request)
        phone.switch(on=field("on") == "yes")
        return RedirectResponse(f"/phones/{phone.number}", SEE_OTHER)

    async def put_holder(self, request: Request) -> Response:
        phone, field = self._phone(request), await form_of(request)
        if phone is None:
            return missing(request)
        back = f"/phones/{phone.number}"
        try:
            self._world.subscribers.put(phone.number, field("case"))
        except WrongCase:
            return problem(request, "problem.fault", back=back)
        return RedirectResponse(back, SEE_OTHER)

    async def mailboxes(self, request: Request) -> Response:
        known = self._world.mailboxes.known()
        return page(request, "mailboxes.html", section="mail", data="/mail.json", mailboxes=known)

    async def mailbox(self, request: Request) -> Response:
        mailbox = self._world.mailboxes.look_into(request.path_params["address"])
        return page(
            request,
            "mailbox.html",
            section="mail",
            data=f"/mail/{mailbox.address}.json",
            mailbox=mailbox,
            owner=self._world.society.owner_of_mailbox(mailbox.address),
        )

    async def people(self, request: Request) -> Response:
        asked = request.query_params.get("q", "").strip()
        number = request.query_params.get("page", "1")
        at = int(number) if number.isascii() and number.isdigit() and 0 < int(number) < 1000 else 1
        found = [one for one in self._world.society.people if _fits(one, asked)]
        drawn = [one for one in found if not one.expected]
        start = (at - 1) * PEOPLE_ON_A_PAGE
        return page(
            request,
            "people.html",
            section="people",
            data="/people.json",
            asked=asked,
            fixed=[one for one in found if one.expected] if at == 1 else [],
            drawn=drawn[start : start + PEOPLE_ON_A_PAGE],
            previous=at - 1,
            next=at + 1 if len(drawn) > start + PEOPLE_ON_A_PAGE else 0,
            keys=self._world.key_files.of_everybody(),
            today=self._world.clock.now().astimezone(CIVIL_TIME).date(),
            home_of=lambda person: _home(person, language_of(request)),
            family_of=self._family,
        )

    async def portrait(self, request: Request) -> Response:
        person = self._world.society.by_id.get(request.path_params["person"])
        if person is None:
            return missing(request)
        picture = portrait(iin=person.iin, sex=person.sex, birth_year=person.born.year)
        return Response(picture, media_type="image/png", headers={"Cache-Control": "max-age=3600"})

    async def key_file(self, request: Request) -> Response:
        key = self._world.key_files.of_everybody().get(request.path_params["person"])
        if key is None:
            return missing(request)
        return FileResponse(key.path, media_type="application/x-pkcs12", filename=key.path.name)

    async def organisations(self, request: Request) -> Response:
        society = self._world.society
        return page(
            request,
            "organisations.html",
            section="organisations",
            data="/people.json",
            entities=society.legal_entities,
            head_of=lambda entity: _head(society.by_id, entity),
        )

    async def faults(self, request: Request) -> Response:
        return page(
            request,
            "faults.html",
            section="faults",
            data="/faults.json",
            services=SERVICES,
            faults=self._world.faults,
            now=self._world.clock.now(),
            ahead=self._world.clock.ahead,
        )

    async def put_fault(self, request: Request) -> Response:
        field = await form_of(request)
        try:
            self._world.put_fault(field("service"), field("mode"), float(field("seconds") or 3))
        except (WrongFault, ValueError):
            return problem(request, "problem.fault", back="/faults")
        return RedirectResponse("/faults", SEE_OTHER)

    async def put_clock(self, request: Request) -> Response:
        field = await form_of(request)
        try:
            self._world.clock.move(timedelta(minutes=float(field("minutes") or 0)))
        except (WrongTime, ValueError, OverflowError):
            return problem(request, "problem.clock", back="/faults")
        return RedirectResponse("/faults", SEE_OTHER)

    async def trust(self, request: Request) -> Response:
        own = self._world.configuration
        shown = trust.authority(own.home) if own.lan_address else None
        return page(
            request,
            "trust.html",
            section="trust",
            authority=shown,
            portal=f"https://{own.lan_address}:{own.portal_port}",
            desk=f"https://{own.lan_address}:{own.desk_port}",
        )

    async def trust_file(self, request: Request) -> Response:
        """The type makes iPhones offer to install it; Android keeps it as a download."""
        own = self._world.configuration
        shown = trust.authority(own.home) if own.lan_address else None
        if shown is None:
            return missing(request)
        return Response(shown.certificate, media_type="application/x-x509-ca-cert")

    def _phone(self, request: Request) -> Phone | None:
        number = e164(request.path_params["number"])
        return self._world.phones.phone(number) if is_mobile(number) else None

    def _family(self, person: Person) -> Iterator[tuple[str, Person]]:
        society = self._world.society
        if person.spouse:
            yield "spouse", society.by_id[person.spouse]
        yield from (("child", society.by_id[child]) for child in person.children)
        yield from (("parent", parent) for parent in society.parents_of(person))
        yield from (("ward", society.by_id[ward]) for ward in person.wards)
        if guardian := society.guardian_of(person):
            yield "guardian", guardian


def missing(request: Request) -> Response:
    return problem(request, "problem.missing", back="/", status=404)


def problem(request: Request, text_id: str, *, back: str, status: int = 422) -> Response:
    """What went wrong, and the way back."""
    return page(request, "problem.html", section="", status=status, problem=text_id, back=back)


def _fits(person: Person, asked: str) -> bool:
    said = f"{person.full_name} {person.iin} {person.phone} {person.email}".casefold()
    return all(word in said for word in asked.casefold().split())


def _home(person: Person, language: str) -> str:
    settlement = places()[person.settlement]
    return f"{getattr(places()[settlement.region], language)}, {getattr(settlement, language)}"


def _head(by_id: dict[str, Person], entity: LegalEntity) -> Person:
    return by_id[entity.head]
