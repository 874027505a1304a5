"""A bank at the partners' door that compares and connects its customer's number, and the customer's part."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from django.http import HttpResponse
from django.utils import timezone
from tests.partnering import Partner

NUMBERS = "/v1/subscriber-numbers"
BACK = "/bank/back"


@dataclass
class BankApp:
    """``partner`` at the door; ``token`` is got once. ``back`` is where devices come back to."""

    partner: Partner
    back: str
    token: str = ""

    def __post_init__(self) -> None:
        self.token = self.partner.token(scope="subscriber_number")

    def post(self, place: str, body: object, **more: Any) -> HttpResponse:
        return self.partner.post(f"{NUMBERS}/{place}", body, token=self.token, **more)

    def get(self, place: str, **more: Any) -> HttpResponse:
        return self.partner.get(f"{NUMBERS}/{place}", token=self.token, **more)

    def check(self, iin: str, number: str, *, at: datetime | None = None, **changes: Any) -> HttpResponse:
        return self.post("checks", {**checked(iin, number, at or timezone.now()), **changes})

    def begin(self, iin: str, number: str, *, check: str = "", **changes: Any) -> HttpResponse:
        named = check or self.check(iin, number).json()["check"]
        wish = {"check": named, "iin": iin, "number": number, "consent": True, "return_to": self.back}
        return self.post("requests", wish | changes)

    def recognised(self, begun: dict[str, Any], face: str = "self") -> HttpResponse:
        """The customer shows this face to the service, and comes back."""
        return self.post(f"requests/{begun['request']}/person", {"code": shown(begun["address"], face)})

    def type_code(self, begun: dict[str, Any], code: str) -> HttpResponse:
        return self.post(f"requests/{begun['request']}/code", {"code": code})


def checked(iin: str, number: str, at: datetime) -> dict[str, Any]:
    return {
        "replay_id": uuid.uuid4().hex,
        "iin": iin,
        "number": number,
        "authenticated_at": (at - timedelta(seconds=20)).isoformat(),
        "amr": ["pin", "hwk"],
    }


def shown(address: str, face: str) -> str:
    """What the device brings back from the remote identification service."""
    parts = urlsplit(address)
    answer = httpx.post(f"{parts.scheme}://{parts.netloc}{parts.path}/face.json", json={"face": face})
    return parse_qs(urlsplit(answer.json()["return"]).query)["code"][0]
