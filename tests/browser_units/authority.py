"""A root and an issuing authority for the tests, and the programs that judge what the browser made."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTH = ExtendedKeyUsageOID.CLIENT_AUTH
SIGN = ExtendedKeyUsageOID.EMAIL_PROTECTION
ROLE = x509.ObjectIdentifier("1.2.398.3.3.4.2.3")
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Authority:
    root: x509.Certificate
    issuing: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def make(cls) -> "Authority":
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root_name, issuing_name = name("Сынақ түбірі"), name("Сынақ орталығы")
        root = certify(root_key.public_key(), root_name, root_name, root_key, authority=True)
        return cls(root, certify(key.public_key(), issuing_name, root_name, root_key, authority=True), key)

    def issue(
        self,
        public_key: PublicKey,
        *usages: x509.ObjectIdentifier,
        owner: str = "СӘРСЕНОВА АЙГЕРІМ",
        organisation: str = "",
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> x509.Certificate:
        return certify(
            public_key,
            name(owner, organisation),
            self.issuing.subject,
            self.key,
            usages=usages,
            not_before=not_before,
            not_after=not_after,
        )


def name(common_name: str, organisation: str = "") -> x509.Name:
    said = {
        NameOID.COMMON_NAME: common_name,
        NameOID.COUNTRY_NAME: "KZ",
        NameOID.ORGANIZATION_NAME: organisation,
    }
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in said.items() if value])


def certify(
    public_key: PublicKey,
    subject: x509.Name,
    issuer: x509.Name,
    by: ec.EllipticCurvePrivateKey,
    *,
    authority: bool = False,
    usages: tuple[x509.ObjectIdentifier, ...] = (),
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before or now() - timedelta(days=2))
        .not_valid_after(not_after or now() + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    return builder.sign(by, hashes.SHA256())


def openssl(*arguments: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True, check=False)


def verified_cades(signature: bytes, content: bytes, authority: Authority, folder: Path) -> str:
    """What `openssl cms -verify -cades` says of a detached signature; empty when it holds."""
    files = {
        "signature.der": signature,
        "content.bin": content,
        "known.pem": b"".join(
            one.public_bytes(serialization.Encoding.PEM) for one in (authority.root, authority.issuing)
        ),
    }
    for file, data in files.items():
        (folder / file).write_bytes(data)
    judged = openssl(
        *("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", folder / "signature.der"),
        *("-content", folder / "content.bin", "-CAfile", folder / "known.pem"),
        *("-purpose", "any", "-out", folder / "out.bin"),
    )
    return "" if judged.returncode == 0 else judged.stderr.decode()
