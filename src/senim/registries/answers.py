"""From what came over the wire to what one may believe: signed by its owner, to the point, fresh (DD-14a)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from senim.registries.gateway import Registry, fetch
from senim.registries.reading import Malformed, moment, truth, words
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable
from senim.registries.signed import SignerUncertain, opened

FRESH_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True)
class Answer:
    """A proved answer. ``evidence`` is the whole of it as it came: what was signed, and the signature."""

    found: bool
    data: dict[str, Any]
    as_of: datetime
    signer_name: str
    payload: bytes
    signature: bytes
    evidence: bytes


def ask(registry: Registry, *, identifier: str, at: datetime) -> Answer:
    """Ask and prove. Raises RegistryUnavailable, RegistryAnswerInvalid."""
    body = fetch(registry, identifier=identifier)
    try:
        return _proved(registry, body, identifier=identifier, at=at)
    except Malformed as wrong:
        raise RegistryAnswerInvalid(str(wrong), registry=registry.title) from wrong
    except SignerUncertain as unknown:
        raise RegistryUnavailable(registry=registry.title) from unknown


def _proved(registry: Registry, body: bytes, *, identifier: str, at: datetime) -> Answer:
    said = opened(body, name=registry.name, at=at)
    data, as_of = said.data, moment(said.data, "as_of")
    if (words(data, "registry"), words(data, "asked")) != (registry.name, identifier):
        raise Malformed("answers another question")
    if abs(at - as_of) > FRESH_WITHIN:
        raise Malformed("not fresh")
    name = said.signer.common_name
    return Answer(truth(data, "found"), data, as_of, name, said.payload, said.signature, body)
