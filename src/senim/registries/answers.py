"""From what came over the wire to what one may believe: signed by its owner, to the point, fresh (DD-14a)."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from senim import validation
from senim.registries.gateway import Registry, fetch
from senim.registries.owners import owner_of
from senim.registries.reading import Malformed, mapping, moment, octets, truth, words
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable

FRESH_WITHIN = timedelta(seconds=60)
OWNER_PROFILE = "state_body"


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


def _proved(registry: Registry, body: bytes, *, identifier: str, at: datetime) -> Answer:
    envelope = _json(body)
    payload, signature = octets(envelope, "answer"), octets(envelope, "signature")
    signer_name = _signer_of(registry, payload, signature, at)
    data = _json(payload)
    as_of = moment(data, "as_of")
    if (words(data, "registry"), words(data, "asked")) != (registry.name, identifier):
        raise Malformed("answers another question")
    if abs(at - as_of) > FRESH_WITHIN:
        raise Malformed("not fresh")
    return Answer(truth(data, "found"), data, as_of, signer_name, payload, signature, body)


def _signer_of(registry: Registry, payload: bytes, signature: bytes, at: datetime) -> str:
    """DD-5b: this registry's owner signed, with a certificate that our trust holds to be a state body's."""
    report = validation.check(cms=signature, content=payload, at=at)
    if report.sub_indication is validation.SubIndication.TRY_LATER:
        raise RegistryUnavailable(registry=registry.title)
    if not report.passed or report.signer is None:
        raise Malformed(f"signature: {report.indication} {report.sub_indication or ''}".strip())
    if report.signer.profile != OWNER_PROFILE:
        raise Malformed("signed by somebody who owns no data")
    if not report.signer.bin or report.signer.bin != owner_of(registry.name):
        raise Malformed("signed by a state body that owns other data")
    return report.signer.common_name


def _json(text: bytes) -> dict[str, Any]:
    try:
        return mapping(json.loads(text))
    except (ValueError, RecursionError) as wrong:
        raise Malformed("not JSON") from wrong
