"""Detached CAdES-BES signatures (ETSI EN 319 122-1) by the body that owns the data."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class NoKeyYet(Exception):
    """The key ceremony has not given the owning body its key."""


@dataclass(frozen=True)
class Signatory:
    """A key with its certificate, and the certificates above it."""

    key: PrivateKey = field(repr=False)
    certificate: bytes
    chain: tuple[bytes, ...] = ()

    def sign(self, payload: bytes, at: datetime) -> bytes:
        """A DER SignedData over ``payload``, which is not inside it."""
        attributes = _signed_attributes(payload, self.certificate, at)
        certificate = asn1_x509.Certificate.load(self.certificate)
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    "issuer_and_serial_number",
                    {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
                ),
                "digest_algorithm": {"algorithm": "sha256"},
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": self._algorithm},
                "signature": self._signature(attributes.dump()),
            }
        )
        return _signed_data(signer, (self.certificate, *self.chain))

    @property
    def _algorithm(self) -> str:
        return "sha256_ecdsa" if isinstance(self.key, ec.EllipticCurvePrivateKey) else "sha256_rsa"

    def _signature(self, message: bytes) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())


class OwnerKey:
    """The owning body's PKCS#12 in ``<home>/sandbox``; read again whenever the file changes."""

    def __init__(self, home: Path) -> None:
        self._file = home / "sandbox" / "owner.p12"
        self._password = home / "sandbox" / "owner.password"
        self._read: tuple[int, Signatory] | None = None

    def signatory(self) -> Signatory:
        """Raises NoKeyYet."""
        try:
            changed = self._file.stat().st_mtime_ns
            if self._read is None or self._read[0] != changed:
                self._read = (changed, self._load())
        except OSError as missing:
            raise NoKeyYet(str(self._file)) from missing
        return self._read[1]

    def _load(self) -> Signatory:
        password = self._password.read_text(encoding="utf-8").strip().encode()
        key, certificate, above = pkcs12.load_key_and_certificates(self._file.read_bytes(), password)
        if certificate is None or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise NoKeyYet(f"{self._file} holds no EC or RSA key with its certificate")
        return Signatory(key, _der(certificate), tuple(_der(one) for one in above))


def stranger() -> Signatory:
    """Somebody who made a certificate for himself and calls himself the owner of the data."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Құжаттар комитеті")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return Signatory(key, _der(certificate))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _signed_attributes(payload: bytes, certificate: bytes, at: datetime) -> cms.CMSAttributes:
    this_certificate = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate).digest()})
    values = {
        "content_type": "data",
        "signing_time": cms.Time({"utc_time": at.replace(microsecond=0)}),
        "message_digest": hashlib.sha256(payload).digest(),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [this_certificate]}),
    }
    return cms.CMSAttributes([{"type": kind, "values": [value]} for kind, value in values.items()])


def _signed_data(signer: cms.SignerInfo, certificates: tuple[bytes, ...]) -> bytes:
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [asn1_x509.Certificate.load(one) for one in certificates],
            "signer_infos": [signer],
        }
    )
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return der
