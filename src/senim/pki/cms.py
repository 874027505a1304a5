"""Signatures in CMS (RFC 5652), CAdES-BES (ETSI EN 319 122-1): made, read, verified.

Refused: over 256 kB, not one signer, no signed attributes, no binding to the signer's certificate, SHA-1,
keys other than ECDSA P-256/P-384 and RSA of 2048 to 4096 bits.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from cryptography import exceptions
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from senim.pki import certificates, der, signatures, signed_data
from senim.pki.keys import PrivateKey

AT_MOST_BYTES = 256 * 1024
CERTIFICATES_AT_MOST = 16


class CmsProblem(StrEnum):
    TOO_LARGE = "too_large"
    NOT_CMS = "not_cms"
    NOT_ONE_SIGNER = "not_one_signer"
    SIGNER_CERTIFICATE_MISSING = "signer_certificate_missing"
    SIGNED_ATTRIBUTES_MISSING = "signed_attributes_missing"
    UNSUPPORTED_ALGORITHM = "unsupported_algorithm"
    CONTENT_MISSING = "content_missing"
    CONTENT_DIFFERS = "content_differs"
    CONTENT_TYPE_DIFFERS = "content_type_differs"
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
    _data: signed_data.SignedData = field(repr=False, compare=False)

    def verify(self, content: bytes | None = None, *, content_type: str = signed_data.DATA) -> None:
        """The signer's key signed this content. Raises CmsInvalid.

        Detached content must be given; attached content may be, and then must be the same. ``content_type``
        is another than data only for time-stamp tokens, so that one cannot pass for a document's signature.
        """
        signed = _content(self.content, content)
        attributes = self._data.attributes
        if self.content_type != content_type or attributes[signed_data.CONTENT_TYPE] != der.oid(content_type):
            raise CmsInvalid(CmsProblem.CONTENT_TYPE_DIFFERS)
        try:
            self._verify(signed, attributes)
        except signatures.SignatureWrong as wrong:
            raise CmsInvalid(CmsProblem.SIGNATURE_WRONG) from wrong
        except (signatures.UnsupportedAlgorithm, exceptions.UnsupportedAlgorithm) as unsupported:
            raise CmsInvalid(CmsProblem.UNSUPPORTED_ALGORITHM) from unsupported
        except ValueError as broken:
            raise _as_invalid(broken) from broken

    def _verify(self, content: bytes, attributes: dict[str, bytes]) -> None:
        hash_name = signatures.hash_named_by(self._data.hash_identifier)
        digest = der.octet_string(signatures.digest(content, hash_name))
        if attributes[signed_data.MESSAGE_DIGEST] != digest:
            raise CmsInvalid(CmsProblem.DIGEST_DIFFERS)
        binding = attributes.get(signed_data.SIGNING_CERTIFICATE_V2)
        if binding is None or not signed_data.binds(binding, self.signer_certificate):
            raise CmsInvalid(CmsProblem.CERTIFICATE_NOT_BOUND)
        key_info = certificates.parts_of(self.signer_certificate).public_key_info
        signatures.verify(
            self.signature,
            self._data.attributes_as_signed,
            key=_public_key(key_info),
            algorithm=self._data.algorithm,
            hash_name=hash_name,
        )


@lru_cache(maxsize=32)
def _public_key(key_info: bytes) -> PublicKeyTypes:
    """One signer signs many messages."""
    return serialization.load_der_public_key(key_info)


def _content(attached: bytes | None, given: bytes | None) -> bytes:
    if attached is None and given is None:
        raise CmsInvalid(CmsProblem.CONTENT_MISSING)
    if attached is not None and given is not None and attached != given:
        raise CmsInvalid(CmsProblem.CONTENT_DIFFERS)
    return attached if attached is not None else given or b""


def _as_invalid(broken: ValueError) -> CmsInvalid:
    return broken if isinstance(broken, CmsInvalid) else CmsInvalid(CmsProblem.NOT_CMS)


def sign(
    content: bytes,
    *,
    key: PrivateKey,
    certificate: bytes,
    at: datetime,
    detached: bool = True,
    chain: tuple[bytes, ...] = (),
) -> bytes:
    """CAdES-BES: contentType, messageDigest, signingTime, signingCertificateV2. ``chain`` is added to it."""
    return signed_data.build(
        content,
        content_type=signed_data.DATA,
        key=key,
        certificate=certificate,
        at=at,
        attached=not detached,
        carried=(certificate, *chain),
    )


def read(message: bytes, *, certificate: bytes | None = None) -> SignedMessage:
    """``certificate`` is the signer's where the message may not carry it. Raises CmsInvalid."""
    if len(message) > AT_MOST_BYTES:
        raise CmsInvalid(CmsProblem.TOO_LARGE)
    try:
        return _read(message, certificate)
    except signed_data.NotOneSigner as signers:
        raise CmsInvalid(CmsProblem.NOT_ONE_SIGNER) from signers
    except der.NotDer as broken:
        raise CmsInvalid(CmsProblem.NOT_CMS) from broken


def _read(message: bytes, certificate: bytes | None) -> SignedMessage:
    data = signed_data.read(message)
    if len(data.certificates) > CERTIFICATES_AT_MOST:
        raise der.NotDer("too many certificates")
    if not {signed_data.CONTENT_TYPE, signed_data.MESSAGE_DIGEST} <= data.attributes.keys():
        raise CmsInvalid(CmsProblem.SIGNED_ATTRIBUTES_MISSING)
    candidates = data.certificates if certificate is None else (*data.certificates, certificate)
    signer = signed_data.signer_certificate(data, candidates)
    if signer is None:
        raise CmsInvalid(CmsProblem.SIGNER_CERTIFICATE_MISSING)
    signing_time = data.attributes.get(signed_data.SIGNING_TIME)
    return SignedMessage(
        certificates=data.certificates,
        signer_certificate=signer,
        content=data.content,
        content_type=data.content_type,
        signing_time=der.to_time(der.read(signing_time)) if signing_time else None,
        signature=data.signature,
        der=message,
        _data=data,
    )
