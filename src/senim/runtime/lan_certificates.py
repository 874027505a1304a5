"""TLS for real phones: an authority of this instance's own that no site elsewhere could be impersonated with.

A phone that is told to trust it trusts it for private addresses and ``localhost`` and for nothing else
(RFC 5280 §4.2.1.10), so a leaked key of a laptop opens nothing but laptops. It is not the national root.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from senim.pki.certificates import Extension, Template, build, new_serial_number
from senim.runtime.isolation.secrets import write_private

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8")
NAMES = ("localhost",)
"""As a constraint it also permits the names below it: ``desk.localhost``."""
AUTHORITY_LIVES = timedelta(days=365)
SERVER_LIVES = timedelta(days=90)
RENEWED_BEFORE = timedelta(days=30)
CLOCKS_DIFFER = timedelta(hours=1)
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def prepare(folder: Path, *, address: str, passphrase: str, at: datetime) -> None:
    """The authority's and the server's files for this address; those that serve are left alone.

    ``authority.cer`` is for phones. ``server.pem`` and ``server.key`` are the doors'; the key is encrypted,
    for a door may be a user of its own.
    """
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    private, host = folder / "authority", ip_address(address)
    private.mkdir(mode=0o700, exist_ok=True)
    if not _serves(folder / "authority.cer", private / "key.pem", host, at):
        _make_authority(folder / "authority.cer", private / "key.pem", host, at)
        (folder / "server.pem").unlink(missing_ok=True)
    if not _is_for(folder / "server.pem", host, at):
        _make_server(folder, private / "key.pem", host, passphrase, at)


@contextmanager
def opened_key(folder: Path, *, passphrase: str) -> Iterator[Path]:
    """The server's key in the clear, in a folder that only this process may enter and that goes with it.

    granian 2.8 decrypts no PKCS#8 and reads its key by a name it resolves, so a descriptor does not serve.
    """
    key = load_pem_private_key((folder / "server.key").read_bytes(), passphrase.encode())
    with tempfile.TemporaryDirectory(prefix="senim-tls-") as private:
        file = Path(private) / "server.key"
        write_private(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
        yield file


def fingerprint(folder: Path) -> str:
    """SHA-256 of the authority's certificate, in pairs as phones show it."""
    return (
        x509.load_der_x509_certificate((folder / "authority.cer").read_bytes())
        .fingerprint(hashes.SHA256())
        .hex(":")
        .upper()
    )


def _serves(certificate: Path, key: Path, host: Address, at: datetime) -> bool:
    if not (certificate.exists() and key.exists()):
        return False
    said = x509.load_der_x509_certificate(certificate.read_bytes())
    permitted = said.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    networks = [one.value for one in permitted if isinstance(one, x509.IPAddress)]
    fits = any(host in network for network in networks if isinstance(network, Network))
    return fits and at + SERVER_LIVES < said.not_valid_after_utc


def _is_for(certificate: Path, host: Address, at: datetime) -> bool:
    if not certificate.exists():
        return False
    said = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    names = said.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        host in names.get_values_for_type(x509.IPAddress) and at + RENEWED_BEFORE < said.not_valid_after_utc
    )


def _make_authority(certificate: Path, key_file: Path, host: Address, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Senim Sandbox TLS")
    extensions = (
        Extension(x509.BasicConstraints(ca=True, path_length=0), critical=True),
        Extension(_usage(signs_certificates=True), critical=True),
        Extension(x509.NameConstraints(_permitted(host), excluded_subtrees=None), critical=True),
        Extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key())),
    )
    made = _certificate(name, name, key.public_key(), extensions, at, AUTHORITY_LIVES, key)
    write_private(key_file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    certificate.write_bytes(made)


def _make_server(folder: Path, authority_key: Path, host: Address, passphrase: str, at: datetime) -> None:
    authority = x509.load_der_x509_certificate((folder / "authority.cer").read_bytes())
    signs = load_pem_private_key(authority_key.read_bytes(), None)
    if not isinstance(signs, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{authority_key} is no EC key")
    key = ec.generate_private_key(ec.SECP256R1())
    hosts = [x509.IPAddress(one) for one in dict.fromkeys((host, ip_address("127.0.0.1")))]
    names = [x509.DNSName(one) for one in ("localhost", "desk.localhost")]
    extensions = (
        Extension(x509.BasicConstraints(ca=False, path_length=None), critical=True),
        Extension(_usage(signs_certificates=False), critical=True),
        Extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])),
        Extension(x509.SubjectAlternativeName([*hosts, *names])),
        Extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key())),
    )
    subject = _name(str(host))
    made = _certificate(subject, authority.subject, key.public_key(), extensions, at, SERVER_LIVES, signs)
    chain = (x509.load_der_x509_certificate(made), authority)
    protected = BestAvailableEncryption(passphrase.encode())
    (folder / "server.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protected))
    (folder / "server.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    extensions: tuple[Extension, ...],
    at: datetime,
    lives: timedelta,
    key: ec.EllipticCurvePrivateKey,
) -> bytes:
    begins, ends = at - CLOCKS_DIFFER, at + lives
    return build(
        Template(issuer, subject, public_key, new_serial_number(), begins, ends, extensions), key=key
    )


def _permitted(host: Address) -> list[x509.GeneralName]:
    networks = [ip_network(one) for one in PRIVATE]
    if not any(host in network for network in networks):
        networks.append(ip_network(host))
    return [*(x509.DNSName(name) for name in NAMES), *(x509.IPAddress(network) for network in networks)]


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
