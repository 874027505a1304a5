"""Signatures in CMS (RFC 5652), CAdES-BES (ETSI EN 319 122-1): made, read, verified.

Refused: over 256 kB, other than one signer, no signed attributes, SHA-1, keys other than ECDSA P-256/P-384 and
RSA of 2048 to 4096 bits.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from senim.pki.keys import PrivateKey

AT_MOST_BYTES = 256 * 1024


class CmsProblem(StrEnum):
    TOO_LARGE = "too_large"
    NOT_CMS = "not_cms"
    NOT_ONE_SIGNER = "not_one_signer"
    SIGNER_CERTIFICATE_MISSING = "signer_certificate_missing"
    SIGNED_ATTRIBUTES_MISSING = "signed_attributes_missing"
    UNSUPPORTED_ALGORITHM = "unsupported_algorithm"
    CONTENT_MISSING = "content_missing"
    CONTENT_DIFFERS = "content_differs"
    DIGEST_DIFFERS = "digest_differs"
    SIGNATURE_WRONG = "signature_wrong"
    CERTIFICATE_NOT_BOUND = "certificate_not_bound"


class CmsInvalid(ValueError):
    """The signature does not hold; ``problem`` says why."""

    def __init__(self, problem: CmsProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class SignedMessage:
    """A CMS as read; nothing in it is proved until ``verify`` has returned."""

    certificates: tuple[bytes, ...]
    signer_certificate: bytes
    content: bytes | None
    content_type: str
    signing_time: datetime | None
    signature: bytes
    der: bytes

    def verify(self, content: bytes | None = None) -> None:
        """The signer's key signed this content. Detached content is given, attached content may be. Raises CmsInvalid."""
        raise NotImplementedError


def sign(
    content: bytes,
    *,
    key: PrivateKey,
    certificate: bytes,
    at: datetime,
    detached: bool = True,
    chain: tuple[bytes, ...] = (),
) -> bytes:
    """CAdES-BES: contentType, messageDigest, signingTime, signingCertificateV2. ``chain`` is carried along."""
    raise NotImplementedError


def read(der: bytes) -> SignedMessage:
    """Raises CmsInvalid."""
    raise NotImplementedError
