"""The world outside: do the registries answer, and does their owner's signature hold?"""

from collections.abc import Iterator

from senim.registries.answers import ask
from senim.registries.documents import IDENTITY_CARDS
from senim.registries.people import INDIVIDUALS
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable
from senim.runtime.doctor.findings import Case, Finding, broken

REGISTRIES = (INDIVIDUALS, IDENTITY_CARDS)


def registries(case: Case) -> Iterator[Finding]:
    """Asks each for an identifier that is nobody's: "not found" is a signed answer too."""
    for registry in REGISTRIES:
        try:
            ask(registry, identifier=case.settings.registries_probe, at=case.at)
        except RegistryUnavailable:
            yield broken("registries.silent", registry=registry.title, origin=case.settings.registries_origin)
        except RegistryAnswerInvalid as wrong:
            yield broken("registries.wrong", registry=registry.title, reason=str(wrong.__cause__))
