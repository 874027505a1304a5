"""Certification paths (RFC 5280 §6.1, without the policy tree): found, then every rule checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PathProblem(StrEnum):
    NOT_A_CERTIFICATE = "not_a_certificate"
    NO_ISSUER = "no_issuer"
    SIGNATURE_WRONG = "signature_wrong"
    UNSUPPORTED_ALGORITHM = "unsupported_algorithm"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    ISSUER_EXPIRED = "issuer_expired"
    ISSUER_NOT_YET_VALID = "issuer_not_yet_valid"
    NOT_AN_AUTHORITY = "not_an_authority"
    MAY_NOT_SIGN_CERTIFICATES = "may_not_sign_certificates"
    PATH_TOO_LONG = "path_too_long"
    UNKNOWN_CRITICAL_EXTENSION = "unknown_critical_extension"
    NAME_NOT_PERMITTED = "name_not_permitted"


class PathInvalid(ValueError):
    """No valid path; ``certificate`` (DER) is the one at fault."""

    def __init__(self, problem: PathProblem, certificate: bytes) -> None:
        super().__init__(problem.value)
        self.problem, self.certificate = problem, certificate


@dataclass(frozen=True)
class Path:
    """DER certificates from the leaf to the anchor, the anchor included."""

    certificates: tuple[bytes, ...]

    @property
    def leaf(self) -> bytes:
        return self.certificates[0]

    @property
    def anchor(self) -> bytes:
        return self.certificates[-1]


def build(leaf: bytes, *, intermediates: Iterable[bytes], anchors: Iterable[bytes], at: datetime) -> Path:
    """A valid path from ``leaf`` to one of ``anchors`` at ``at``. Raises PathInvalid. Revocation is not asked."""
    raise NotImplementedError
