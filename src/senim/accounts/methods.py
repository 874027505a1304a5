"""The ways of signing in, and which class of service each of them opens: a dated table of the country.

The table is data (``countries/<country>/sign_in_methods.toml``): a method is switched off for a class by
writing the day it ends. The signature is offered beside every other method, always, and so beside each code
by SMS; a table that forgets it is not read.
"""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from ipaddress import ip_address
from typing import Any

from senim import rulebook
from senim.settings import settings


class Method(StrEnum):
    """The strongest first."""

    SIGNATURE = "signature"
    PASSKEY = "passkey"
    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - a word


class ServiceClass(StrEnum):
    """What a page lets people do, as far as it matters how they signed in."""

    EVERYDAY = "everyday"
    DOCUMENTS = "documents"
    FACTORS = "factors"


AMR = {
    Method.SIGNATURE: ("pop",),
    Method.PASSKEY: ("hwk", "user", "mfa"),
    Method.CODE: ("otp", "sms"),
    Method.PASSWORD: ("pwd",),
}
"""RFC 8176: proof of possession of a key; of a key its device keeps, which checked who is there; a one-time
password by SMS; a password."""
SYNCED = {"hwk": "swk"}
"""A passkey that is copied to other devices of its holder is no device's key any more."""
ACR_BY_KEY, ACR_OF_TWO, ACR_OF_ONE = "substantial", "substantial", "low"
"""Levels of regulation (EU) 910/2014: a key is under a password or a PIN, the others are one each."""
BY_KEY = frozenset({Method.SIGNATURE, Method.PASSKEY})
RULES = {
    Method.SIGNATURE: "portal_sign_in_by_signature",
    Method.PASSKEY: "portal_sign_in_by_passkey",
    Method.CODE: "portal_sign_in_by_code",
    Method.PASSWORD: "portal_sign_in_by_password",
}


@dataclass(frozen=True)
class Line:
    """One line of the table. ``until`` is the first day it no longer holds."""

    service: ServiceClass
    method: Method
    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class SignatureForgotten(ValueError):
    """A table that does not always offer the signature."""


@cache
def table() -> tuple[Line, ...]:
    """The table of the country this instance serves."""
    text = files("senim.countries.kz").joinpath("sign_in_methods.toml").read_text(encoding="utf-8")
    return read(tomllib.loads(text))


def read(written: dict[str, list[dict[str, Any]]]) -> tuple[Line, ...]:
    """Raises SignatureForgotten, and ValueError where a word is unknown."""
    lines = tuple(
        Line(ServiceClass(service), Method(facts["method"]), facts["since"], facts.get("until"))
        for service, entries in written.items()
        for facts in entries
    )
    for service in ServiceClass:
        of_service = [line for line in lines if line.service is service]
        first = min((line.since for line in of_service), default=None)
        if Line(service, Method.SIGNATURE, first or date.min) not in of_service:
            raise SignatureForgotten(service)
    return lines


def allowed(service: ServiceClass, *, at: datetime) -> tuple[Method, ...]:
    """The methods that open this class now, the strongest first."""
    day = rulebook.day_of(at)
    listed = {line.method for line in table() if line.service is service and line.covers(day)}
    followed = (method for method in Method if method in listed and rulebook.followed(RULES[method], at=at))
    return tuple(method for method in followed if method is not Method.PASSKEY or _has_a_name())


def _has_a_name() -> bool:
    """Browsers take passkeys for a domain only, never for a bare IP address (WebAuthn §5.1.3)."""
    try:
        ip_address(settings.portal_host.strip("[]"))
    except ValueError:
        return True
    return False


def acr_of(methods: Collection[Method]) -> str:
    """How sure it is who this is, after these ways of signing in."""
    if BY_KEY.intersection(methods):
        return ACR_BY_KEY
    return ACR_OF_TWO if len(set(methods)) > 1 else ACR_OF_ONE


def amr_of(methods: Collection[Method], *, synced: bool = False) -> tuple[str, ...]:
    """RFC 8176's names of what was used; two kinds of factors are ``mfa``. ``synced`` is a passkey."""
    used = [name for method in Method if method in methods for name in AMR[method]]
    several = "mfa" in used or len(set(methods)) > 1
    named = [SYNCED.get(name, name) if synced else name for name in used if name != "mfa"]
    return (*named, "mfa") if several else tuple(named)
