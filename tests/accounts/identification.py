"""A remote identification service in the test's own hand: it asserts whatever the test says, and signs it."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from tests.holders import Holder, TestAuthority
from tests.world import RunningWorld

from senim.accounts import biometrics
from senim.accounts.biometrics.asking import digest_of
from senim.settings import settings

IIN, OTHER_IIN = "940308492147", "890617391071"
PURPOSE = "connect number"
OPERATION = "Connect +77015550101"
FOR = {"iin": IIN, "purpose": PURPOSE, "operation": OPERATION}
BODY = {"bin": "020940900141", "organisation": "Сәйкестендіру қызметі"}


def now() -> datetime:
    return datetime.now(UTC)


def envelope(payload: bytes, signature: bytes) -> bytes:
    said = {"answer": payload, "signature": signature}
    return json.dumps({name: base64.b64encode(value).decode() for name, value in said.items()}).encode()


@dataclass
class Service:
    """Signs as the body that is named for it, unless told otherwise. ``opened`` is a session of ours."""

    signer: Holder

    def words(self, opened: UUID, **changed: Any) -> dict[str, Any]:
        return {
            "type": "remote-identification/1",
            "audience": settings.portal_origin,
            "session": str(opened),
            "iin": IIN,
            "purpose": PURPOSE,
            "operation": digest_of(OPERATION).hex(),
            "method": "face",
            "liveness": 980,
            "match": 970,
            "at": now().isoformat(),
            **changed,
        }

    def assertion(
        self,
        opened: UUID,
        *,
        by: Holder | None = None,
        meddle: Callable[[bytes], bytes] = bytes,
        meddle_signature: Callable[[bytes], bytes] = bytes,
        **changed: Any,
    ) -> bytes:
        """``meddle`` changes the bytes after they were signed."""
        payload = json.dumps(self.words(opened, **changed)).encode()
        signature = (by or self.signer).sign(payload)
        return envelope(meddle(payload), meddle_signature(signature))


def service_of(authority: TestAuthority) -> Service:
    return Service(authority.issue("state_body", **BODY))


def begin(**changed: Any) -> biometrics.Begun:
    return biometrics.begin(**{**FOR, "at": now(), **changed})


def judge(assertion: bytes, **changed: Any) -> biometrics.Proof:
    return biometrics.judge(**{**FOR, "assertion": assertion, "at": now(), **changed})


def show_face(world: RunningWorld, begun: biometrics.Begun, face: str = "self") -> httpx.Response:
    """What an app without pages does: the device shows somebody to the service."""
    answer = httpx.post(f"{world.url}/identification/{begun.session_id}/face.json", json={"face": face})
    answer.raise_for_status()
    return answer


def identified(world: RunningWorld, *, face: str = "self", **changed: Any) -> biometrics.Proof:
    """The whole way: a session, a face, a judgement."""
    begun = begin(**changed)
    return judge(show_face(world, begun, face).content, **changed)
