"""Customers in the bank's app: who is signed in, which number the bank has, and how far they have come."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from senim_sandbox.people import Person

MOST = 1_000


@dataclass
class Problem:
    """Why something did not work, as the portal says it to the customer."""

    title: str
    next_step: str = ""
    clause: str = ""


@dataclass
class Documents:
    """A customer opened digital documents. ``stage`` is ``same``, ``different`` or one of the portal's."""

    stage: str = ""
    check_id: str = ""
    request_id: str = ""
    address: str = ""
    problem: Problem | None = None


@dataclass
class Customer:
    """``number`` is what the bank has on file; it may differ from the person's own, or be nobody's."""

    person: Person
    number: str
    signed_in_at: datetime
    documents: Documents = field(default_factory=Documents)


class Customers:
    """Who is signed in, by a cookie; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._signed_in: OrderedDict[str, Customer] = OrderedDict()
        self._numbers: dict[str, str] = {}

    def sign_in(self, person: Person, now: datetime) -> str:
        """The value of the cookie."""
        cookie = secrets.token_urlsafe(24)
        number = self._numbers.get(person.id, person.phone)
        self._signed_in[cookie] = Customer(person, number, now)
        while len(self._signed_in) > MOST:
            self._signed_in.popitem(last=False)
        return cookie

    def get(self, cookie: str | None) -> Customer | None:
        return self._signed_in.get(cookie or "")

    def sign_out(self, cookie: str | None) -> None:
        self._signed_in.pop(cookie or "", None)

    def change_number(self, customer: Customer, number: str) -> None:
        customer.number = self._numbers[customer.person.id] = number
        customer.documents = Documents()

    def clear(self) -> None:
        self._signed_in.clear()
        self._numbers.clear()
