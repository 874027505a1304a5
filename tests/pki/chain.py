"""A small authority of keys made at once: root, issuing authority, and whatever a test needs below them."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from senim.countries.kz import oids, subjects
from senim.pki import certificates
from senim.pki.certificates import Extension, Template
from senim.pki.keys import KeyAlgorithm, PrivateKey, generate

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SIGN = ("digital_signature", "content_commitment")
KEY_USAGES = (
    *SIGN,
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Holder:
    """A key and its certificate."""

    key: PrivateKey
    der: bytes

    @property
    def name(self) -> x509.Name:
        return x509.load_der_x509_certificate(self.der).subject

    def pem(self, folder: Path, name: str) -> Path:
        file = folder / f"{name}.pem"
        file.write_bytes(pem_of(self.der))
        return file

    def key_pem(self, folder: Path, name: str) -> Path:
        file = folder / f"{name}.key"
        plain = serialization.NoEncryption()
        file.write_bytes(
            self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        )
        return file


def pem_of(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def key_usage(*names: str) -> Extension:
    return Extension(x509.KeyUsage(**{name: name in names for name in KEY_USAGES}), critical=True)


def usages(*dotted: str) -> Extension:
    return Extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(oid) for oid in dotted]))


def issue(
    *,
    subject: x509.Name,
    issuer: Holder | None = None,
    algorithm: KeyAlgorithm = KeyAlgorithm.P256,
    key: PrivateKey | None = None,
    extensions: tuple[Extension, ...] = (key_usage(*SIGN),),
    not_before: datetime = AT - DAY,
    not_after: datetime = AT + 365 * DAY,
) -> Holder:
    """A certificate with key identifiers and these extensions; self-signed without an issuer."""
    key = key or generate(algorithm)
    issuer_key = issuer.key if issuer else key
    identifiers = (
        Extension(x509.SubjectKeyIdentifier(certificates.key_id(key.public_key()))),
        Extension(
            x509.AuthorityKeyIdentifier(certificates.key_id(issuer_key.public_key()), None, None),
        ),
    )
    template = Template(
        issuer=issuer.name if issuer else subject,
        subject=subject,
        public_key=key.public_key(),
        serial_number=certificates.new_serial_number(),
        not_before=not_before,
        not_after=not_after,
        extensions=(*identifiers, *extensions),
    )
    return Holder(key, certificates.build(template, key=issuer_key))


def authority(*, path_length: int | None = None) -> tuple[Extension, ...]:
    constraints = Extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    return (constraints, key_usage("key_cert_sign", "crl_sign"))


PERSON = subjects.build(
    iin="123456789012", surname="Сәрсенова", given_name="Айгерім", patronymic="Нұрланқызы"
)


@cache
def root() -> Holder:
    return issue(
        subject=subjects.build_service("Senim root", organisation="Senim"),
        algorithm=KeyAlgorithm.P384,
        extensions=authority(),
        not_before=AT - 1000 * DAY,
        not_after=AT + 5000 * DAY,
    )


@cache
def issuing() -> Holder:
    return issue(
        subject=subjects.build_service("Senim issuing"),
        issuer=root(),
        extensions=authority(path_length=0),
        not_before=AT - 500 * DAY,
        not_after=AT + 2000 * DAY,
    )


@cache
def person(algorithm: KeyAlgorithm = KeyAlgorithm.P256) -> Holder:
    roles = usages(ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string, oids.EXTENDED_KEY_USAGES["individual"])
    return issue(subject=PERSON, issuer=issuing(), algorithm=algorithm, extensions=(key_usage(*SIGN), roles))


@cache
def responder() -> Holder:
    extensions = (
        key_usage("digital_signature"),
        usages(ExtendedKeyUsageOID.OCSP_SIGNING.dotted_string),
        Extension(x509.OCSPNoCheck()),
    )
    return issue(subject=subjects.build_service("Senim OCSP"), issuer=issuing(), extensions=extensions)


@cache
def time_stamp_authority() -> Holder:
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    extensions = (key_usage("digital_signature"), Extension(usage, critical=True))
    return issue(subject=subjects.build_service("Senim TSA"), issuer=issuing(), extensions=extensions)


def openssl(*arguments: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """OpenSSL's own program: an implementation that shares nothing with ours."""
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=60)


def openssl_ok(*arguments: str | Path, given: bytes = b"") -> bytes:
    finished = openssl(*arguments, given=given)
    assert finished.returncode == 0, finished.stderr.decode()
    return finished.stdout + finished.stderr


def chain_files(folder: Path) -> tuple[Path, Path]:
    """PEM files of the root and the issuing authority."""
    return root().pem(folder, "root"), issuing().pem(folder, "issuing")
