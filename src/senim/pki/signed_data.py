"""The SignedData of CMS (RFC 5652 §5) with one signer: made and taken apart, nothing judged.

``cms`` signs documents with it, ``timestamps`` time-stamp tokens.
"""

from dataclasses import dataclass
from datetime import datetime

from senim.pki import certificates, der, signatures
from senim.pki.keys import PrivateKey, hash_for

DATA, SIGNED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME = (f"1.2.840.113549.1.9.{number}" for number in (3, 4, 5))
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_CONSTRUCTED_OCTET_STRING = 0x24


def build(
    content: bytes,
    *,
    content_type: str,
    key: PrivateKey,
    certificate: bytes,
    at: datetime | None,
    attached: bool,
    carried: tuple[bytes, ...],
) -> bytes:
    """A ContentInfo: ``content`` signed with the attributes of CAdES-BES; ``at`` becomes signingTime."""
    parts = certificates.parts_of(certificate)
    hash_name = hash_for(key).name
    attributes = _attributes(content, content_type, certificate, parts, hash_name, at)
    signer = der.sequence(
        der.integer(1),
        der.sequence(parts.issuer, der.integer(parts.serial_number)),
        signatures.hash_identifier(hash_name),
        der.set_of(attributes, 0xA0),
        signatures.identifier_for(key),
        der.octet_string(signatures.sign(der.set_of(attributes), key=key)),
    )
    signed_data = der.sequence(
        der.integer(1 if content_type == DATA else 3),
        der.set_of([signatures.hash_identifier(hash_name)]),
        der.sequence(der.oid(content_type), der.context(0, der.octet_string(content)) if attached else b""),
        der.set_of(carried, 0xA0) if carried else b"",
        der.set_of([signer]),
    )
    return der.sequence(der.oid(SIGNED_DATA), der.context(0, signed_data))


def _attributes(
    content: bytes,
    content_type: str,
    certificate: bytes,
    parts: certificates.Parts,
    hash_name: str,
    at: datetime | None,
) -> list[bytes]:
    values = {
        CONTENT_TYPE: der.oid(content_type),
        MESSAGE_DIGEST: der.octet_string(signatures.digest(content, hash_name)),
        SIGNING_CERTIFICATE_V2: _signing_certificate(certificate, parts),
    }
    if at:
        values[SIGNING_TIME] = der.time(at)
    return [der.sequence(der.oid(kind), der.set_of([value])) for kind, value in values.items()]


def _signing_certificate(certificate: bytes, parts: certificates.Parts) -> bytes:
    """SigningCertificateV2 (RFC 5035 §3): SHA-256, its default, is not encoded."""
    issuer = der.sequence(der.context(4, parts.issuer))
    issuer_and_serial = der.sequence(issuer, der.integer(parts.serial_number))
    digest = der.octet_string(signatures.digest(certificate, "sha256"))
    return der.sequence(der.sequence(der.sequence(digest, issuer_and_serial)))


class NotOneSigner(ValueError):
    """No signer, or more than one."""


@dataclass(frozen=True)
class SignedData:
    """A SignedData with one signer, as it stood. ``attributes``: OID → DER of the single value."""

    content_type: str
    content: bytes | None
    certificates: tuple[bytes, ...]
    signer_id: der.Element
    hash_identifier: der.Element
    attributes: dict[str, bytes]
    attributes_as_signed: bytes
    algorithm: der.Element
    signature: bytes


def read(message: bytes) -> SignedData:
    """Raises NotDer, NotOneSigner."""
    outer = der.Fields(der.read(message, der.SEQUENCE))
    if der.to_oid(outer.take()) != SIGNED_DATA:
        raise der.NotDer("not a signed message")
    fields = der.Fields(der.read(outer.take(0xA0).content, der.SEQUENCE))
    outer.end()
    der.to_int(fields.take())
    fields.take(der.SET)
    content_type, content = _read_content(fields.take(der.SEQUENCE))
    carried = fields.take_if(0xA0)
    fields.take_if(0xA1)
    signers = der.elements(fields.take(der.SET).content)
    fields.end()
    if len(signers) != 1:
        raise NotOneSigner(len(signers))
    return _read_signer(signers[0], content_type, content, _x509_only(carried))


def _x509_only(carried: der.Element | None) -> tuple[bytes, ...]:
    found = der.elements(carried.content) if carried else []
    return tuple(element.der for element in found if element.tag == der.SEQUENCE)


def _read_content(element: der.Element) -> tuple[str, bytes | None]:
    fields = der.Fields(element)
    content_type, explicit = der.to_oid(fields.take()), fields.take_if(0xA0)
    fields.end()
    if explicit is None:
        return content_type, None
    content = der.read(explicit.content)
    if content.tag == _CONSTRUCTED_OCTET_STRING:  # PKI.js writes content in pieces; CMS lets it be BER
        pieces = (der.read(piece.der, der.OCTET_STRING) for piece in der.elements(content.content))
        return content_type, b"".join(piece.content for piece in pieces)
    return content_type, der.read(content.der, der.OCTET_STRING).content


def _read_signer(
    element: der.Element, content_type: str, content: bytes | None, carried: tuple[bytes, ...]
) -> SignedData:
    fields = der.Fields(element)
    der.to_int(fields.take())
    signer_id, hash_identifier = fields.take(), fields.take(der.SEQUENCE)
    attributes = fields.take_if(0xA0)
    algorithm, signature = fields.take(der.SEQUENCE), fields.take(der.OCTET_STRING).content
    fields.take_if(0xA1)
    fields.end()
    return SignedData(
        content_type=content_type,
        content=content,
        certificates=carried,
        signer_id=signer_id,
        hash_identifier=hash_identifier,
        attributes=_read_attributes(attributes) if attributes else {},
        attributes_as_signed=bytes((der.SET,)) + attributes.der[1:] if attributes else b"",
        algorithm=algorithm,
        signature=signature,
    )


def _read_attributes(attributes: der.Element) -> dict[str, bytes]:
    """Attributes with one value each; one that occurs twice or has several values is refused."""
    found: dict[str, bytes] = {}
    for attribute in der.elements(attributes.content):
        fields = der.Fields(attribute)
        kind, values = der.to_oid(fields.take()), der.elements(fields.take(der.SET).content)
        fields.end()
        if kind in found or len(values) != 1:
            raise der.NotDer("an attribute occurs twice, or has not one value")
        found[kind] = values[0].der
    return found


def signer_certificate(message: SignedData, candidates: tuple[bytes, ...]) -> bytes | None:
    """The certificate that the signer identifier names, by issuer and serial number or by key identifier."""
    return next((candidate for candidate in candidates if _is_named(candidate, message.signer_id)), None)


def _is_named(certificate: bytes, signer_id: der.Element) -> bool:
    parts = certificates.parts_of(certificate)
    if signer_id.tag == der.SEQUENCE:
        return signer_id.content == parts.issuer + der.integer(parts.serial_number)
    return signer_id.tag == 0x80 and signer_id.content == certificates.subject_key_id(certificate)


def binds(signing_certificate: bytes, certificate: bytes) -> bool:
    """Whether a SigningCertificateV2 value names this certificate. Raises NotDer, UnsupportedAlgorithm."""
    identifiers = der.Fields(der.read(signing_certificate, der.SEQUENCE)).take(der.SEQUENCE)
    fields = der.Fields(der.Fields(identifiers).take(der.SEQUENCE))
    algorithm = fields.take_if(der.SEQUENCE)
    hash_name = signatures.hash_named_by(algorithm) if algorithm else "sha256"
    digest, issuer_and_serial = fields.take(der.OCTET_STRING).content, fields.take_if(der.SEQUENCE)
    fields.end()
    if issuer_and_serial and not _same_issuer_and_serial(issuer_and_serial, certificate):
        return False
    return digest == signatures.digest(certificate, hash_name)


def _same_issuer_and_serial(element: der.Element, certificate: bytes) -> bool:
    parts, fields = certificates.parts_of(certificate), der.Fields(element)
    general_names, serial_number = der.elements(fields.take(der.SEQUENCE).content), der.to_int(fields.take())
    directory_names = [name.content for name in general_names if name.tag == 0xA4]
    return serial_number == parts.serial_number and directory_names == [parts.issuer]
