"""The bank's app: sign in, open documents, and where the numbers differ be recognised and type a code."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from senim_sandbox.bank.customers import Customer, Customers, Documents, Problem
from senim_sandbox.bank.jose import public_jwk
from senim_sandbox.bank.memory import Memory
from senim_sandbox.bank.partners import Answer, NotReached, Partners
from senim_sandbox.clock import Clock
from senim_sandbox.configuration import Configuration
from senim_sandbox.data import problem
from senim_sandbox.pages.rendering import form_of, language_of, page
from senim_sandbox.people import fixed_people
from senim_sandbox.sms.phones import e164, is_mobile
from senim_sandbox.society import Society
from senim_sandbox.wording import say

COOKIE = "senim_sandbox_bank"
SEE_OTHER = 303
HOME, DOCUMENTS = "/bank", "/bank/documents"
NUMBERS = "/v1/subscriber-numbers"
AMR = ["pin", "hwk"]
"""How a customer signs in to this app: a PIN, and the phone it is installed on (RFC 8176)."""
Act = Callable[[Request, Customer], Awaitable[None]]


class Bank:
    """One bank, whose customers are the sandbox's people."""

    def __init__(self, configuration: Configuration, society: Society, clock: Clock) -> None:
        self._configuration, self._society, self._clock = configuration, society, clock
        self._memory = Memory(configuration.home)
        self._partners = Partners(configuration, self._memory)
        self.customers = Customers()

    def routes(self) -> list[Route]:
        """What programs ask for: the bank's public keys, and where to put its ``client_id``."""
        return [
            Route("/bank/jwks.json", self.jwks),
            Route("/bank/client.json", self.admit, methods=["PUT"]),
        ]

    def pages(self) -> list[Route]:
        acts: dict[str, Act] = {
            "number": self.change_number,
            "check": self.check,
            "request": self.request,
            "again": self.again,
            "code": self.code,
        }
        return [
            Route(HOME, self.home),
            Route("/bank/sign-in", self.sign_in, methods=["POST"]),
            Route("/bank/sign-out", self.sign_out, methods=["POST"]),
            Route(DOCUMENTS, self.documents),
            Route("/bank/back", self.back),
            *(Route(f"/bank/{name}", self._posted(act), methods=["POST"]) for name, act in acts.items()),
        ]

    async def jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [public_jwk(self._memory.key)]})

    async def admit(self, request: Request) -> Response:
        """``{"client_id": "…"}``: the authorised body has admitted the bank under this name."""
        try:
            self._memory.admitted(str((await request.json())["client_id"]))
        except (ValueError, KeyError, TypeError):
            return problem(422, "client_id is a UUID")
        return JSONResponse({"client_id": self._memory.client_id})

    async def home(self, request: Request) -> Response:
        customer, people = self._customer(request), [one for one in fixed_people() if one.phone]
        if customer is None:
            return page(request, "bank_sign_in.html", section="bank", people=people)
        return page(
            request,
            "bank_home.html",
            section="bank",
            customer=customer,
            admitted=bool(self._memory.client_id),
        )

    async def sign_in(self, request: Request) -> Response:
        person = self._society.by_id.get((await form_of(request))("person"))
        answer = RedirectResponse(HOME, SEE_OTHER)
        if person is not None:
            cookie = self.customers.sign_in(person, self._clock.now())
            answer.set_cookie(COOKIE, cookie, httponly=True, samesite="lax")
        return answer

    async def sign_out(self, request: Request) -> Response:
        self.customers.sign_out(request.cookies.get(COOKIE))
        return RedirectResponse(HOME, SEE_OTHER)

    async def documents(self, request: Request) -> Response:
        customer = self._customer(request)
        if customer is None or not (customer.documents.stage or customer.documents.problem):
            return RedirectResponse(HOME, SEE_OTHER)
        portal = f"{self._configuration.portal_origin}/{language_of(request)}"
        return page(
            request,
            "bank_documents.html",
            section="bank",
            customer=customer,
            own=customer.documents,
            portal=portal,
        )

    async def back(self, request: Request) -> Response:
        """The person's device comes back from being recognised, with a code for the portal."""
        customer, code = self._customer(request), request.query_params.get("code", "")
        if customer is None:
            return RedirectResponse(HOME, SEE_OTHER)
        await self._go_on(request, customer, "person", {"code": code})
        return RedirectResponse(DOCUMENTS, SEE_OTHER)

    async def change_number(self, request: Request, customer: Customer) -> None:
        number = e164("".join((await form_of(request))("number").split()))
        if is_mobile(number):
            self.customers.change_number(customer, number)
        else:
            customer.documents = Documents(problem=self._said(request, "bank.wrong_number"))

    async def check(self, request: Request, customer: Customer) -> None:
        """The customer opened digital documents: is our number the portal's?"""
        customer.documents = Documents()
        answer = await self._ask(
            request,
            customer,
            "checks",
            {
                "replay_id": str(uuid.uuid4()),
                "iin": customer.person.iin,
                "number": customer.number,
                "authenticated_at": customer.signed_in_at.isoformat(timespec="seconds"),
                "amr": AMR,
            },
        )
        if answer:
            own = customer.documents
            own.check_id = str(answer["check"])
            own.stage = "same" if answer["answer"] == "same" else "different"

    async def request(self, request: Request, customer: Customer) -> None:
        """The customer wants our number connected."""
        consent = (await form_of(request))("consent") == "on"
        answer = await self._ask(
            request,
            customer,
            "requests",
            {
                "check": customer.documents.check_id,
                "iin": customer.person.iin,
                "number": customer.number,
                "consent": consent,
                "return_to": f"{self._configuration.pages_origin}/bank/back",
            },
        )
        if answer:
            customer.documents.request_id = str(answer["request"])
            self._stand(customer, answer)

    async def again(self, request: Request, customer: Customer) -> None:
        await self._go_on(request, customer, "code/again", None)

    async def code(self, request: Request, customer: Customer) -> None:
        code = (await form_of(request))("code")
        await self._go_on(request, customer, "code", {"code": "".join(code.split())})

    def _posted(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            customer = self._customer(request)
            if customer is None:
                return RedirectResponse(HOME, SEE_OTHER)
            await act(request, customer)
            own = customer.documents
            return RedirectResponse(DOCUMENTS if own.stage or own.problem else HOME, SEE_OTHER)

        return answer

    def _customer(self, request: Request) -> Customer | None:
        return self.customers.get(request.cookies.get(COOKIE))

    async def _go_on(
        self, request: Request, customer: Customer, step: str, content: Mapping[str, object] | None
    ) -> None:
        """A step of the open request; where it is refused for good, the portal says so when asked again."""
        place = f"requests/{customer.documents.request_id}"
        answer = await self._ask(request, customer, f"{place}/{step}", content)
        problem = customer.documents.problem
        standing = answer or await self._ask(request, customer, place)
        if standing:
            self._stand(customer, standing)
        customer.documents.problem = problem or customer.documents.problem

    def _stand(self, customer: Customer, answer: Mapping[str, Any]) -> None:
        own, refusal = customer.documents, answer["refusal"]
        own.stage, own.address = str(answer["stage"]), str(answer["address"] or "")
        own.problem = Problem(refusal["title"], refusal["next_step"]) if refusal else None

    async def _ask(
        self,
        request: Request,
        customer: Customer,
        place: str,
        content: Mapping[str, object] | None = None,
    ) -> Mapping[str, Any] | None:
        """What the portal answers; a refusal is kept for the page, in the customer's language."""
        method = "POST" if content is not None or place.endswith("again") else "GET"
        customer.documents.problem = None
        try:
            answer = await asyncio.to_thread(
                self._partners.ask, method, f"{NUMBERS}/{place}", content, language=language_of(request)
            )
        except NotReached:
            customer.documents.problem = self._said(request, "bank.not_reached")
            return None
        if answer.good:
            return answer.body
        customer.documents.problem = _problem(answer)
        return None

    def _said(self, request: Request, text_id: str) -> Problem:
        language = language_of(request)
        return Problem(say(language, text_id), say(language, f"{text_id}_next"))


def _problem(answer: Answer) -> Problem:
    """From a problem document, or from what a token endpoint says."""
    said = {name: str(answer.body.get(name, "")) for name in ("title", "next_step", "clause", "error")}
    return Problem(said["title"] or said["error"], said["next_step"], said["clause"])
