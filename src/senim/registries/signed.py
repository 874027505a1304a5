"""Words in an envelope, and whose signature they bear: so do registries answer, and others who must sign.

The envelope is ``{"answer": base64 of JSON, "signature": base64 of a detached CMS}``. It counts when the body
that is named for this kind of answer signed it (DD-5b), with a certificate that our trust holds to be a state
body's. What the words say is for the caller to judge.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from senim import validation
from senim.registries.owners import owner_of
from senim.registries.reading import Malformed, mapping, octets
from senim.validation import Signer

OWNER_PROFILE = "state_body"


class SignerUncertain(Exception):
    """The signer's certificate is on hold: neither believed nor refused, asking again later is right."""


@dataclass(frozen=True)
class Signed:
    """What was signed, as bytes and as read, and by whom."""

    data: dict[str, Any]
    payload: bytes
    signature: bytes
    signer: Signer


def opened(body: bytes, *, name: str, at: datetime) -> Signed:
    """The words of an envelope signed by the owner of ``name``. Raises Malformed, SignerUncertain."""
    envelope = read_json(body)
    payload, signature = octets(envelope, "answer"), octets(envelope, "signature")
    signer = _signer_of(name, payload, signature, at)
    return Signed(read_json(payload), payload, signature, signer)


def _signer_of(name: str, payload: bytes, signature: bytes, at: datetime) -> Signer:
    report = validation.check(cms=signature, content=payload, at=at)
    if report.sub_indication is validation.SubIndication.TRY_LATER:
        raise SignerUncertain
    if not report.passed or report.signer is None:
        raise Malformed(f"signature: {report.indication} {report.sub_indication or ''}".strip())
    if report.signer.profile != OWNER_PROFILE:
        raise Malformed("signed by somebody who owns no data")
    if not report.signer.bin or report.signer.bin != owner_of(name):
        raise Malformed("signed by a state body that owns other data")
    return report.signer


def read_json(text: bytes) -> dict[str, Any]:
    """Raises Malformed."""
    try:
        return mapping(json.loads(text))
    except (ValueError, RecursionError) as wrong:
        raise Malformed("not JSON") from wrong
