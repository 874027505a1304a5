"""Keys of a PKCS#11 token as `cryptography` knows keys: so certificates, lists and answers are signed alike.

What is signed is digested here: a revocation list of megabytes need not go through the token, and the plain
mechanisms (CKM_ECDSA, CKM_RSA_PKCS) are those that every maker has.
"""

from typing import Any, NoReturn, Protocol

import pkcs11
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag

from senim.pki import der, signatures
from senim.pki.keys import HeldByToken, KeyAlgorithm, PrivateKey, PublicKey, UnsupportedKey

STAYS = {Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
P256, P384 = der.oid("1.2.840.10045.3.1.7"), der.oid("1.3.132.0.34")
CURVES: dict[bytes, ec.EllipticCurve] = {P256: ec.SECP256R1(), P384: ec.SECP384R1()}
PARAMETERS = {KeyAlgorithm.P256: P256, KeyAlgorithm.P384: P384}
_HASH_OIDS = {name: oid for oid, name in signatures.HASH_OIDS.items()}


class Signer(Protocol):
    """The token of a key."""

    def sign(self, label: str, digest: bytes, mechanism: Mechanism) -> bytes:
        """The token's own signature format. Raises UNUSABLE."""

    def look(self, label: str) -> None:
        """Ask for the key anew. Raises UNUSABLE."""


class OnToken(HeldByToken):
    """Signs and tells its public key; has no bytes of its own to give."""

    def __init__(self, token: Signer, label: str, public: Any) -> None:
        self._token, self._label, self._public = token, label, public

    def look(self) -> None:
        self._token.look(self._label)

    def public_key(self) -> Any:
        return self._public

    @property
    def key_size(self) -> int:
        return int(self._public.key_size)

    def private_numbers(self) -> NoReturn:
        raise UnsupportedKey("the key stays in its token")

    def private_bytes(self, *_: Any, **__: Any) -> NoReturn:
        raise UnsupportedKey("the key stays in its token")

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, _: Any) -> Any:
        return self


class TokenEllipticCurveKey(OnToken, ec.EllipticCurvePrivateKey):
    """Signs a digest made here, so that long lists need not go through the token."""

    @property
    def curve(self) -> ec.EllipticCurve:
        curve: ec.EllipticCurve = self._public.curve
        return curve

    def exchange(self, *_: Any, **__: Any) -> NoReturn:
        raise UnsupportedKey("the key signs only")

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """DER. The token draws its own random number: the same bytes are signed differently each time."""
        digest = _digest(data, signature_algorithm.algorithm)
        pair = self._token.sign(self._label, digest, Mechanism.ECDSA)
        half = len(pair) // 2
        return encode_dss_signature(int.from_bytes(pair[:half], "big"), int.from_bytes(pair[half:], "big"))


class TokenRSAKey(OnToken, rsa.RSAPrivateKey):
    """RSASSA-PKCS1-v1_5 over a digest made here (RFC 8017 §9.2)."""

    def decrypt(self, *_: Any, **__: Any) -> NoReturn:
        raise UnsupportedKey("the key signs only")

    def sign(self, data: Any, scheme: padding.AsymmetricPadding, algorithm: Any) -> bytes:
        if not isinstance(scheme, padding.PKCS1v15):
            raise UnsupportedKey(f"{scheme.name} is not asked of tokens")
        identifier = der.sequence(der.oid(_HASH_OIDS[algorithm.name]), der.null())
        info = der.sequence(identifier, der.octet_string(_digest(data, algorithm)))
        return self._token.sign(self._label, info, Mechanism.RSA_PKCS)


def _digest(data: bytes, algorithm: Any) -> bytes:
    if not isinstance(algorithm, hashes.HashAlgorithm):
        raise UnsupportedKey("what is signed is digested here")
    running = hashes.Hash(algorithm)
    running.update(data)
    return running.finalize()


def key_of(token: Signer, label: str, public: PublicKey) -> PrivateKey:
    if isinstance(public, rsa.RSAPublicKey):
        return TokenRSAKey(token, label, public)
    return TokenEllipticCurveKey(token, label, public)


def make(session: pkcs11.Session, label: str, algorithm: KeyAlgorithm) -> None:
    """A new pair in the token, for signatures alone, whose private key cannot be taken out."""
    said: dict[str, Any] = {
        "label": label,
        "id": label.encode(),
        "store": True,
        "capabilities": MechanismFlag.SIGN | MechanismFlag.VERIFY,
        "private_template": STAYS,
    }
    if algorithm in PARAMETERS:
        curve = {Attribute.EC_PARAMS: PARAMETERS[algorithm]}
        session.create_domain_parameters(KeyType.EC, curve, local=True).generate_keypair(**said)
    else:
        session.generate_keypair(KeyType.RSA, int(algorithm.removeprefix("RSA-")), **said)


def can_be_taken_out(found: Any) -> bool:
    return bool(found[Attribute.EXTRACTABLE] or not found[Attribute.SENSITIVE])


def public_key(found: Any) -> PublicKey:
    if found.key_type is KeyType.RSA:
        modulus, exponent = found[Attribute.MODULUS], found[Attribute.PUBLIC_EXPONENT]
        numbers = rsa.RSAPublicNumbers(int.from_bytes(exponent, "big"), int.from_bytes(modulus, "big"))
        return numbers.public_key()
    curve, point = CURVES.get(found[Attribute.EC_PARAMS]), found[Attribute.EC_POINT]
    if curve is None:
        raise UnsupportedKey("a curve we do not take")
    bare = len(point) == 2 * ((curve.key_size + 7) // 8) + 1  # some makers leave out the OCTET STRING
    content = point if bare else der.read(point, der.OCTET_STRING).content
    return ec.EllipticCurvePublicKey.from_encoded_point(curve, content)
