"""How fast certificates are issued: the whole path, beside django-ca and the bare builder of `cryptography`.

Ours are examined (the operator's signature, certificate and role; both requests), linted, recorded, signed,
stored and journalled. django-ca signs and stores, in SQLite; the bare builder only builds and signs.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from senim.pki.keys import KeyAlgorithm, PrivateKey, generate
from tools.bench.beside import run_beside
from tools.bench.measure import Figure, Peer, side_by_side
from tools.bench.peers import DjangoCa, django_ca
from tools.demo.instance import Instance

ORDERS, RSA_ORDERS, ALONE = 300, 120, 15
THEIRS = {"ec": 300, "rsa": 20}
PATH = "each examined, linted, recorded, signed, stored, journalled"


def measure(here: Instance, folder: Path) -> Iterator[Figure]:
    """Raises CannotMeasure."""
    rate(here, 20)  # whatever is done for the first time
    with django_ca(folder / "django-ca") as theirs:
        yield from side_by_side(
            name=f"certificates of an authority with P-256, {PATH}; {ORDERS} orders waiting",
            unit="certificates/s",
            ours=lambda: rate(here, ORDERS),
            peers=[_django_ca(theirs, "ec", 1.5), _bare(KeyAlgorithm.P256)],
        )
        yield from side_by_side(
            name="one order alone, from its placing to its two certificates",
            unit="s",
            ours=lambda: rate(here, ALONE, "one-by-one"),
            peers=[Peer("django-ca: two certificates, no queue", lambda: 2 / _theirs(theirs, "ec"))],
            less_is_better=True,
        )
        yield from side_by_side(
            name=f"certificates of an authority with RSA-2048, {PATH}; {RSA_ORDERS} orders waiting",
            unit="certificates/s",
            ours=lambda: rate(here, RSA_ORDERS, "RSA-2048"),
            peers=[_django_ca(theirs, "rsa", 30.0), _bare(KeyAlgorithm.RSA2048, 0.6)],
        )


def rate(here: Instance, orders: int, *how: str) -> float:
    """Raises CannotMeasure."""
    return float(run_beside(here, "tools.bench.orders", str(here.people), str(orders), *how))


def _django_ca(theirs: DjangoCa, kind: str, at_least: float) -> Peer:
    name = "django-ca 3.2, its ORM on SQLite, neither lint nor journal"
    return Peer(name, lambda: _theirs(theirs, kind), at_least)


def _theirs(theirs: DjangoCa, kind: str) -> float:
    return float(theirs.answer("issue", kind, THEIRS[kind]))


def _bare(algorithm: KeyAlgorithm, at_least: float | None = None) -> Peer:
    return Peer("bare CertificateBuilder with the same key", _builder(generate(algorithm)), at_least)


def _builder(authority: PrivateKey, seconds: float = 1.5) -> Callable[[], float]:
    key = ec.generate_private_key(ec.SECP256R1())

    def made_a_second() -> float:
        made, started = 0, time.monotonic()
        while time.monotonic() - started < seconds:
            _build(key, authority)
            made += 1
        return made / (time.monotonic() - started)

    return made_a_second


def _build(key: ec.EllipticCurvePrivateKey, authority: PrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ӨЛШЕУ ЖЫЛДАМДЫҚ")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now)
    builder = builder.not_valid_after(now + timedelta(days=365))
    for extension in _extensions(key):
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(authority, hashes.SHA256()).public_bytes(Encoding.DER)


def _extensions(key: ec.EllipticCurvePrivateKey) -> tuple[x509.ExtensionType, ...]:
    """As many as a citizen's certificate has."""
    url = x509.UniformResourceIdentifier("http://localhost:8001/ocsp")
    access = x509.AccessDescription(x509.AuthorityInformationAccessOID.OCSP, url)
    policy = x509.PolicyInformation(x509.ObjectIdentifier("1.2.398.3.3.2.1"), None)
    usages = {name: name == "digital_signature" for name in USAGES}
    return (
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()),
        x509.KeyUsage(**usages),
        x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CLIENT_AUTH]),
        x509.CertificatePolicies([policy]),
        x509.SubjectAlternativeName([x509.RFC822Name("bench@mail.test")]),
        x509.AuthorityInformationAccess([access]),
        x509.CRLDistributionPoints([x509.DistributionPoint([url], None, None, None)]),
    )


USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
