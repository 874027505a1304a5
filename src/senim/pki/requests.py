"""Certificate requests (PKCS#10, RFC 2986) from strangers: read cheaply, refuse early, and say why."""

from dataclasses import dataclass
from enum import StrEnum

from senim.pki.keys import KeyAlgorithm, PublicKey

AT_MOST_BYTES = 16 * 1024


class RequestProblem(StrEnum):
    TOO_LARGE = "too_large"
    NOT_A_REQUEST = "not_a_request"
    UNSUPPORTED_KEY = "unsupported_key"
    WEAK_KEY = "weak_key"
    WEAK_HASH = "weak_hash"
    WRONG_PROOF_OF_POSSESSION = "wrong_proof_of_possession"


class RequestRefused(ValueError):
    """The request cannot be used; ``problem`` says why."""

    def __init__(self, problem: RequestProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Request:
    """A request whose proof of possession holds. ``digest`` is the SHA-256 of ``der``."""

    public_key: PublicKey
    algorithm: KeyAlgorithm
    subject: tuple[tuple[str, str], ...]
    der: bytes
    digest: bytes


def read(der: bytes) -> Request:
    """Raises RequestRefused. The subject in a request decides nothing: names come from the registry."""
    raise NotImplementedError
