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
from cryptography.x509.oid import NameOID, ObjectIdentifier

from senim.pki import cms


@dataclass(frozen=True)
class Signer:
    """A key and its certificate; signs as ``sign.js`` does."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def sign(self, content_base64: str) -> str:
        content = base64.b64decode(content_base64)
        der = self.certificate.public_bytes(Encoding.DER)
        signature = cms.sign(content, key=self.key, certificate=der, at=datetime.now(UTC))
        return base64.b64encode(signature).decode()


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def request(key: ec.EllipticCurvePrivateKey, subject: str) -> str:
    """A PKCS#10 request in base64; ``subject`` is the JSON the page carries."""
    name = x509.Name([x509.NameAttribute(ObjectIdentifier(oid), value) for oid, value in json.loads(subject)])
    return base64.b64encode(_signed(key, name).public_bytes(Encoding.DER)).decode()


def statement(key: ec.EllipticCurvePrivateKey) -> str:
    """By which a key says of itself that it is compromised (PEM)."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "This key is compromised")])
    return _signed(key, name).public_bytes(Encoding.PEM).decode()


def _signed(key: ec.EllipticCurvePrivateKey, subject: x509.Name) -> x509.CertificateSigningRequest:
    return x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())


def from_file(file: Path, password: str) -> Signer:
    """The key and certificate in one PKCS#12 file."""
    key, certificate, _ = pkcs12.load_key_and_certificates(file.read_bytes(), password.encode())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert certificate is not None
    return Signer(key, certificate)
