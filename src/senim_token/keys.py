"""Key pairs and certificates on a token: made there, used there, never taken out.

What is signed is digested here; the plain mechanisms (CKM_ECDSA, CKM_RSA_PKCS) are those every maker has.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import pkcs11
from asn1crypto import algos, keys, x509
from pkcs11 import Attribute, CertificateType, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.util.ec import encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from senim_token.states import NotDone, State

STAYS = {Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
PUBLIC = {Attribute.PRIVATE: False}
RSA_BITS = 2048  # what every chip without elliptic curves has
POINT_OF_P256 = 65


@dataclass(frozen=True)
class Pair:
    """A key pair on a token: its CKA_ID there, and the public key as SubjectPublicKeyInfo."""

    id: bytes
    public: bytes

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public)


def fingerprint(public: bytes) -> str:
    """SHA-256 of a SubjectPublicKeyInfo, in hex: what the papers of an application show, too."""
    return hashlib.sha256(public).hexdigest()


def make(session: pkcs11.Session, label: str) -> Pair:
    """A new pair for signatures alone, on P-256 where the token can; its private key cannot be taken out."""
    said: dict[str, Any] = {
        "label": label,
        "id": secrets.token_bytes(16),
        "store": True,
        "capabilities": MechanismFlag.SIGN | MechanismFlag.VERIFY,
        "private_template": STAYS,
        "public_template": PUBLIC,
    }
    if Mechanism.EC_KEY_PAIR_GEN in session.token.slot.get_mechanisms():
        curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        public, _ = session.create_domain_parameters(KeyType.EC, curve, local=True).generate_keypair(**said)
    else:
        public, _ = session.generate_keypair(KeyType.RSA, RSA_BITS, **said)
    return Pair(said["id"], _public_key_info(public))


def destroy(session: pkcs11.Session, pair: Pair) -> None:
    for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
        for found in session.get_objects({Attribute.CLASS: kind, Attribute.ID: pair.id}):
            found.destroy()


def sign(session: pkcs11.Session, key_id: bytes, data: bytes) -> tuple[str, bytes]:
    """The algorithm as asn1crypto names it, and the signature as X.509 writes it. Raises NotDone: no-key."""
    try:
        key: Any = session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=key_id)
    except (pkcs11.NoSuchKey, pkcs11.MultipleObjectsReturned) as missing:
        raise NotDone(State.NO_KEY) from missing
    digest = hashlib.sha256(data).digest()
    if key.key_type is KeyType.RSA:
        info = algos.DigestInfo({"digest_algorithm": {"algorithm": "sha256"}, "digest": digest})
        return "sha256_rsa", bytes(key.sign(info.dump(), mechanism=Mechanism.RSA_PKCS))
    pair = key.sign(digest, mechanism=Mechanism.ECDSA)
    return "sha256_ecdsa", algos.DSASignature.from_p1363(pair).dump()


def certificates(session: pkcs11.Session) -> dict[bytes, bytes]:
    """DER of every X.509 certificate on the token, and the CKA_ID it shares with its key."""
    asked = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: CertificateType.X_509}
    return {bytes(found[Attribute.VALUE]): bytes(found[Attribute.ID]) for found in session.get_objects(asked)}


def store(session: pkcs11.Session, der: bytes) -> None:
    """Write a certificate beside its key; one that is there already is left alone. Raises NotDone: no-key."""
    if der in certificates(session):
        return
    read = x509.Certificate.load(der)
    key = _key_of(session, read.public_key.dump())
    session.create_object(
        {
            Attribute.CLASS: ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
            Attribute.TOKEN: True,
            Attribute.PRIVATE: False,
            Attribute.LABEL: key.label,
            Attribute.ID: key.id,
            Attribute.SUBJECT: read.subject.dump(),
            Attribute.ISSUER: read.issuer.dump(),
            Attribute.SERIAL_NUMBER: read["tbs_certificate"]["serial_number"].dump(),
            Attribute.VALUE: der,
        }
    )


def _key_of(session: pkcs11.Session, public: bytes) -> Any:
    for found in session.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY}):
        if _public_key_info(found) == public:
            return found
    raise NotDone(State.NO_KEY)


def _public_key_info(found: Any) -> bytes:
    """Empty for a kind of key that is not ours."""
    if found.key_type is KeyType.RSA:
        read = keys.RSAPublicKey.load(encode_rsa_public_key(found))
        return bytes(keys.PublicKeyInfo.wrap(read, "rsa").dump())
    if found.key_type is not KeyType.EC:
        return b""
    point = found[Attribute.EC_POINT]
    bare = point if len(point) == POINT_OF_P256 else bytes(keys.ECPoint.load(point))  # makers differ
    algorithm = {"algorithm": "ec", "parameters": keys.ECDomainParameters.load(found[Attribute.EC_PARAMS])}
    return bytes(keys.PublicKeyInfo({"algorithm": algorithm, "public_key": bare}).dump())
