"""Which signature algorithms we make and take, and the one place that runs them.

Taken: ECDSA on P-256 and P-384, RSA of 2048 to 4096 bits (PKCS #1 v1.5 and PSS), with SHA-256, 384 or 512.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from senim.pki import der
from senim.pki.keys import PrivateKey, PublicKey, UnsupportedKey, algorithm_of, hash_for

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
HASH_OIDS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_OID_OF_HASH = {name: oid for oid, name in HASH_OIDS.items()}
_ECDSA = {
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
_RSA = {
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
_RSA_ENCRYPTION, _RSA_PSS, _MGF1 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"


class UnsupportedAlgorithm(ValueError):
    """Not an algorithm we take."""


class SignatureWrong(ValueError):
    """The key did not sign these bytes."""


def digest(data: bytes, hash_name: str) -> bytes:
    running = hashes.Hash(HASHES[hash_name])
    running.update(data)
    return running.finalize()


def hash_identifier(hash_name: str) -> bytes:
    """AlgorithmIdentifier of a digest; parameters absent (RFC 5754 §2)."""
    return der.sequence(der.oid(_OID_OF_HASH[hash_name]))


def hash_named_by(identifier: der.Element) -> str:
    """The digest an AlgorithmIdentifier names. Raises UnsupportedAlgorithm, NotDer."""
    oid, parameters = _parts(identifier)
    if oid not in HASH_OIDS or parameters not in {b"", der.null()}:
        raise UnsupportedAlgorithm(oid)
    return HASH_OIDS[oid]


def identifier_for(key: PrivateKey | PublicKey) -> bytes:
    """AlgorithmIdentifier of what ``sign`` makes with this key."""
    name = hash_for(key).name
    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        return der.sequence(der.oid(_oid_for(_ECDSA, name)))
    return der.sequence(der.oid(_oid_for(_RSA, name)), der.null())


def sign(data: bytes, *, key: PrivateKey, deterministic: bool = False) -> bytes:
    """``deterministic``: signing the same bytes again gives the same signature (RFC 6979); slower."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(hash_for(key), deterministic_signing=deterministic))
    return key.sign(data, padding.PKCS1v15(), hash_for(key))


def verify(
    signature: bytes,
    data: bytes,
    *,
    key: object,
    algorithm: der.Element,
    hash_name: str | None = None,
) -> None:
    """``key`` signed ``data`` by this algorithm. Raises SignatureWrong, UnsupportedAlgorithm, NotDer.

    ``hash_name`` is the digest a CMS signer named apart: the algorithm must use the same.
    """
    try:
        algorithm_of(key)
    except UnsupportedKey as unsupported:
        raise UnsupportedAlgorithm(str(unsupported)) from unsupported
    oid, parameters = _parts(algorithm)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(_ecdsa_hash(oid, parameters, hash_name)))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, *_rsa_scheme(oid, parameters, hash_name))
    except InvalidSignature as wrong:
        raise SignatureWrong(oid) from wrong


def _ecdsa_hash(oid: str, parameters: bytes, hash_name: str | None) -> hashes.HashAlgorithm:
    if oid not in _ECDSA or parameters or hash_name not in {None, _ECDSA[oid]}:
        raise UnsupportedAlgorithm(oid)
    return HASHES[_ECDSA[oid]]


def _rsa_scheme(
    oid: str, parameters: bytes, hash_name: str | None
) -> tuple[padding.AsymmetricPadding, hashes.HashAlgorithm]:
    if oid == _RSA_PSS:
        return _pss(parameters, hash_name)
    named = hash_name if oid == _RSA_ENCRYPTION else _RSA.get(oid)
    if named is None or parameters not in {b"", der.null()} or hash_name not in {None, named}:
        raise UnsupportedAlgorithm(oid)
    return padding.PKCS1v15(), HASHES[named]


def _pss(parameters: bytes, hash_name: str | None) -> tuple[padding.PSS, hashes.HashAlgorithm]:
    """RSASSA-PSS with one hash for both uses and a salt of its length (RFC 8017 §A.2.3, RFC 4056)."""
    fields = der.Fields(der.read(parameters, der.SEQUENCE))
    hash_given, mask_given, salt_given = (fields.take_if(tag) for tag in (0xA0, 0xA1, 0xA2))
    fields.end()
    if not (hash_given and mask_given and salt_given):  # what is left out means SHA-1
        raise UnsupportedAlgorithm(_RSA_PSS)
    named = hash_named_by(der.read(hash_given.content))
    mask_oid, mask_hash = _parts(der.read(mask_given.content))
    salt = der.to_int(der.read(salt_given.content))
    same_hash = mask_oid == _MGF1 and hash_named_by(der.read(mask_hash)) == named
    if not same_hash or salt != HASHES[named].digest_size or hash_name not in {None, named}:
        raise UnsupportedAlgorithm(_RSA_PSS)
    return padding.PSS(padding.MGF1(HASHES[named]), salt), HASHES[named]


def _parts(identifier: der.Element) -> tuple[str, bytes]:
    """OID and parameters (DER, empty where absent) of an AlgorithmIdentifier."""
    if identifier.tag != der.SEQUENCE:
        raise der.NotDer("not an algorithm identifier")
    fields = der.Fields(identifier)
    oid = der.to_oid(fields.take(der.OID))
    parameters = b"".join(element.der for element in fields.rest())
    return oid, parameters


def _oid_for(table: dict[str, str], hash_name: str) -> str:
    return next(oid for oid, name in table.items() if name == hash_name)
