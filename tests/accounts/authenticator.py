"""A WebAuthn authenticator in software: answers as a device would, and wrongly where a test wants it to."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from senim.settings import settings

USER_PRESENT, USER_VERIFIED, BACKUP_ELIGIBLE, BACKUP_STATE, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_url64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey. Whatever is said by a field may be said wrongly by giving it to ``create`` or ``get``."""

    rp_id: str = settings.portal_host
    origin: str = settings.portal_origin
    flags: int = USER_PRESENT | USER_VERIFIED
    count: int = 0
    counts: bool = True
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    algorithm: int = -7
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any], **said: Any) -> str:
        """The answer to ``navigator.credentials.create``, as JSON."""
        self.handle = from_url64(options["user"]["id"])
        attested = b"\0" * 16 + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self._cose()
        flags = said.get("flags", self.flags) | ATTESTED
        data = self._data({**said, "flags": flags}) + attested
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client("webauthn.create", options, {"origin": self.origin, **said})
        return self._written(attestationObject=made, clientDataJSON=client)

    def get(self, options: dict[str, Any], **said: Any) -> str:
        """The answer to ``navigator.credentials.get``, as JSON."""
        self.count += self.counts
        data, client = self._data(said), _client("webauthn.get", options, {"origin": self.origin, **said})
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._written(
            authenticatorData=data,
            clientDataJSON=client,
            signature=said.get("signature", signature),
            userHandle=said.get("handle", self.handle),
        )

    def _data(self, said: dict[str, Any]) -> bytes:
        party = hashlib.sha256(said.get("rp_id", self.rp_id).encode()).digest()
        count = int(said.get("count", self.count))
        return party + bytes([said.get("flags", self.flags)]) + count.to_bytes(4, "big")

    def _cose(self) -> bytes:
        point = self.key.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: self.algorithm, -1: 1, -2: x, -3: y})

    def _written(self, **response: bytes) -> str:
        name = url64(self.credential_id)
        texts = {key: url64(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": texts})


def synced(**said: Any) -> Authenticator:
    """Copied to other devices of its holder, and never counting."""
    flags = USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE | BACKUP_STATE
    return Authenticator(flags=flags, counts=False, **said)


def _client(kind: str, options: dict[str, Any], said: dict[str, Any]) -> bytes:
    facts = {
        "type": said.get("type", kind),
        "challenge": said.get("challenge", options["challenge"]),
        "origin": said["origin"],
        "crossOrigin": said.get("cross_origin", False),
    }
    return json.dumps(facts).encode()
