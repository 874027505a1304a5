"""What the browser does in the main job, done here: keys, requests, signatures. Keys stay in this process."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from senim.pki import cms

PURPOSES = {"auth": ExtendedKeyUsageOID.CLIENT_AUTH, "sign": ExtendedKeyUsageOID.EMAIL_PROTECTION}


@dataclass(frozen=True)
class Signer:
    """A key and its certificate; signs as ``sign.js`` does."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def sign(self, content_base64: str) -> str:
        content = base64.b64decode(content_base64)
        signature = cms.sign(content, key=self.key, certificate=self.certificate, at=datetime.now(UTC))
        return base64.b64encode(signature).decode()


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def request(key: ec.EllipticCurvePrivateKey, subject: str) -> str:
    """A PKCS#10 request in base64; ``subject`` is the JSON the page carries."""
    name = x509.Name([x509.NameAttribute(ObjectIdentifier(oid), value) for oid, value in json.loads(subject)])
    built = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return base64.b64encode(built.public_bytes(Encoding.DER)).decode()


def from_file(file: Path, password: str, *, purpose: str) -> Signer:
    """The signer of this purpose (``auth`` or ``sign``) in a person's PKCS#12 file, chosen as the page does."""
    key, certificate, others = pkcs12.load_key_and_certificates(file.read_bytes(), password.encode())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    for one in filter(None, (certificate, *others)):
        if one.public_key() == key.public_key() and _serves(one, purpose):
            return Signer(key, one)
    raise LookupError(f"{file} holds no certificate for {purpose}")


def _serves(certificate: x509.Certificate, purpose: str) -> bool:
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    return PURPOSES[purpose] in usage
