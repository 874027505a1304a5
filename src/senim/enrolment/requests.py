"""The two certificate requests an applicant's browser made: one key to sign with, one to sign in with."""

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from senim.certification import blocked_keys
from senim.certification.examination import KeyCompromised, KeyOfAnotherPerson
from senim.errors import Refused
from senim.pki import requests as pkcs10
from senim.texts import Text


class RequestNotUsable(Refused):
    """A request is broken or hostile; ``problem`` says in what way."""

    clause: ClassVar[str] = "CA-6.P1"

    def __init__(self, problem: str) -> None:
        super().__init__(why=Text(f"enrolment.request_problem.{problem}"))
        self.problem = problem


@dataclass(frozen=True)
class Requests:
    """Both requests as DER, and the digests of their public keys (SHA-256 of SubjectPublicKeyInfo)."""

    sign: bytes
    auth: bytes
    sign_key_digest: bytes
    auth_key_digest: bytes


def read(*, sign: bytes, auth: bytes) -> Requests:
    """Check proof of possession, key and size of both. Raises RequestNotUsable."""
    sign_key_digest, auth_key_digest = _key_digest(sign), _key_digest(auth)
    if sign_key_digest == auth_key_digest:
        raise RequestNotUsable("one_key_twice")
    return Requests(sign, auth, sign_key_digest, auth_key_digest)


def check_keys(requests: Requests, *, iin: str) -> None:
    """Nobody travels for keys that the authority will refuse. Raises RequestNotUsable."""
    digests = (requests.sign_key_digest, requests.auth_key_digest)
    try:
        blocked_keys.refuse_unusable(digests=digests, holder=iin)
    except KeyCompromised as refused:
        raise RequestNotUsable("key_compromised") from refused
    except KeyOfAnotherPerson as refused:
        raise RequestNotUsable("key_of_another_person") from refused


def _key_digest(der: bytes) -> bytes:
    try:
        request = pkcs10.read(der)
    except pkcs10.RequestRefused as refused:
        raise RequestNotUsable(refused.problem.value) from refused
    key = request.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).digest()
