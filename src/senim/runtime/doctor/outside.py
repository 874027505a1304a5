"""The world outside: do registries and providers of SMS answer, and do their owners' signatures hold?"""

import socket
from collections.abc import Iterator
from datetime import timedelta

from senim.notices import weights
from senim.notices.weights import Standing
from senim.registries.answers import ask
from senim.registries.documents import IDENTITY_CARDS
from senim.registries.people import INDIVIDUALS
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable
from senim.registries.subscribers import SUBSCRIBERS, is_agreed
from senim.runtime.doctor.findings import Case, Finding, broken, warning

REGISTRIES = (INDIVIDUALS, IDENTITY_CARDS)
LATELY = timedelta(minutes=10)
CONNECT_SECONDS = 3.0
HOST_AT_MOST = 17
"""Characters of the portal's name that leave a code's text in one segment, its last line included."""


def registries(case: Case) -> Iterator[Finding]:
    """Asks each for an identifier that is nobody's: "not found" is a signed answer too."""
    asked = (*REGISTRIES, SUBSCRIBERS) if is_agreed() else REGISTRIES
    for registry in asked:
        try:
            ask(registry, identifier=case.settings.registries_probe, at=case.at)
        except RegistryUnavailable:
            yield broken("registries.silent", registry=registry.title, origin=case.settings.registries_origin)
        except RegistryAnswerInvalid as wrong:
            yield broken("registries.wrong", registry=registry.title, reason=str(wrong.__cause__))


def subscribers(case: Case) -> Iterator[Finding]:
    """Whether operators are asked who holds a number, before a code to it counts."""
    if not case.settings.is_sandbox and not is_agreed():
        yield warning("subscribers.nobody_asked")


def sms(case: Case) -> Iterator[Finding]:
    """Each provider: whether its centre takes connections, and whether it failed of late."""
    standings = weights.standing(at=case.at)
    silent = [one for one in standings if not _takes_connections(one)]
    for one in silent:
        said = broken if len(silent) == len(standings) else warning
        yield said("sms.silent", provider=one.centre.name, place=f"{one.centre.host}:{one.centre.port}")
    for one in standings:
        if one not in silent and one.failed_at and case.at - one.failed_at < LATELY:
            facts = {"provider": one.centre.name, "problem": one.problem, "weight": one.weight}
            yield warning("sms.failing", since=f"{one.failed_at:%F %H:%M} UTC", **facts)
    if len(standings) == 1:
        yield warning("sms.one_provider")
    if len(case.settings.portal_host) > HOST_AT_MOST:
        yield warning("sms.long_host", host=case.settings.portal_host, number=HOST_AT_MOST)


def _takes_connections(one: Standing) -> bool:
    try:
        with socket.create_connection((one.centre.host, one.centre.port), timeout=CONNECT_SECONDS):
            return True
    except OSError:
        return False
