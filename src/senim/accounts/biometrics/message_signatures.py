"""HTTP message signatures (RFC 9421) on what we ask of the service, so that nobody asks in our name.

Under a secret shared with the service (``hmac-sha256``, §3.3.3): method, address and the digest of the body
(RFC 9530), with the moment, a nonce and whose key it is.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

LABEL = "senim"
ALGORITHM = "hmac-sha256"


def signed_headers(
    method: str, address: str, body: bytes, *, key: bytes, key_id: str, at: datetime
) -> dict[str, str]:
    """The headers that carry the signature, and the digest it covers."""
    covered = {"@method": method, "@target-uri": address, "content-digest": _content_digest(body)}
    parameters = _parameters(tuple(covered), key_id=key_id, at=at)
    lines = [f'"{name}": {value}' for name, value in covered.items()]
    base = "\n".join([*lines, f'"@signature-params": {parameters}'])
    signature = hmac.new(key, base.encode("ascii"), hashlib.sha256).digest()
    return {
        "Content-Digest": covered["content-digest"],
        "Signature-Input": f"{LABEL}={parameters}",
        "Signature": f"{LABEL}=:{_base64(signature)}:",
    }


def _parameters(names: tuple[str, ...], *, key_id: str, at: datetime) -> str:
    listed = " ".join(f'"{name}"' for name in names)
    nonce = secrets.token_urlsafe(16)
    return f'({listed});created={int(at.timestamp())};nonce="{nonce}";keyid="{key_id}";alg="{ALGORITHM}"'


def _content_digest(body: bytes) -> str:
    return f"sha-256=:{_base64(hashlib.sha256(body).digest())}:"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
