"""Certification paths (RFC 5280 §6.1, without the policy tree): found, then every rule checked.

Stricter than the RFC: an anchor is checked like any issuer, its validity too, and name constraints are
refused because they are not evaluated. Names are compared by their bytes. Revocation is not asked here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from cryptography import exceptions, x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtensionOID

from senim.pki import certificates, der, signatures

CERTIFICATES_AT_MOST = 8
SIGNATURE_CHECKS_AT_MOST = 40
_UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.ISSUER_ALTERNATIVE_NAME,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
}


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


class PathInvalid(ValueError):
    """No valid path; ``certificate`` (DER) is the one at fault."""

    def __init__(self, problem: PathProblem, certificate: bytes) -> None:
        super().__init__(problem.value)
        self.problem, self.certificate = problem, certificate


@dataclass(frozen=True)
class Path:
    """DER certificates from the leaf to the anchor, the anchor included."""

    certificates: tuple[bytes, ...]


@dataclass(frozen=True)
class _Link:
    """A certificate and what path building reads of it."""

    der: bytes
    parts: certificates.Parts
    certificate: x509.Certificate
    extensions: x509.Extensions
    subject_key_id: bytes | None
    authority_key_id: bytes | None

    @property
    def self_issued(self) -> bool:
        return self.parts.subject == self.parts.issuer


def build(leaf: bytes, *, intermediates: Iterable[bytes], anchors: Iterable[bytes], at: datetime) -> Path:
    """A valid path from ``leaf`` to one of ``anchors`` at ``at``. Raises PathInvalid.

    Where several paths lead to an anchor, the first valid one is taken; where none is valid, the fault of the
    first is reported.
    """
    start = _link(leaf)
    others = [one for one in intermediates if one != leaf]  # messages carry their signer's, too
    search = _Search(intermediates=_links(others), anchors=_links(anchors))
    fault: PathInvalid | None = None
    for found in search.paths_from((start,)):
        try:
            _check(found, at)
            return Path(tuple(link.der for link in found))
        except PathInvalid as invalid:
            fault = fault or invalid
    raise fault or search.fault or PathInvalid(PathProblem.NO_ISSUER, leaf)


def _links(ders: Iterable[bytes]) -> list[_Link]:
    """Those that can be read: a stranger's rubbish beside a good chain does no harm."""
    found = []
    for certificate in ders:
        try:
            found.append(_authority(certificate))
        except PathInvalid:
            continue
    return found


@lru_cache(maxsize=64)
def _authority(certificate: bytes) -> _Link:
    """Read once for many signatures; nothing is judged by reading."""
    return _link(certificate)


def _link(certificate: bytes) -> _Link:
    """Raises PathInvalid: not a certificate, or one whose extensions cannot be read."""
    try:
        parts = certificates.parts_of(certificate)
        loaded = x509.load_der_x509_certificate(certificate)
        extensions = loaded.extensions
    except certificates.UNREADABLE as broken:
        raise PathInvalid(PathProblem.NOT_A_CERTIFICATE, certificate) from broken
    subject = _value(extensions, x509.SubjectKeyIdentifier)
    authority = _value(extensions, x509.AuthorityKeyIdentifier)
    return _Link(
        certificate,
        parts,
        loaded,
        extensions,
        subject.digest if isinstance(subject, x509.SubjectKeyIdentifier) else None,
        authority.key_identifier if isinstance(authority, x509.AuthorityKeyIdentifier) else None,
    )


def _value(extensions: x509.Extensions, kind: type[x509.ExtensionType]) -> x509.ExtensionType | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


class _Search:
    """Depth first from the leaf up, along signatures that hold; bounded in depth and in work."""

    def __init__(self, *, intermediates: list[_Link], anchors: list[_Link]) -> None:
        self._intermediates, self._anchors = intermediates, anchors
        self._checks_left = SIGNATURE_CHECKS_AT_MOST
        self.fault: PathInvalid | None = None

    def paths_from(self, path: tuple[_Link, ...]) -> Iterator[tuple[_Link, ...]]:
        top = path[-1]
        if any(top.der == anchor.der for anchor in self._anchors):
            yield path
            return
        if len(path) == CERTIFICATES_AT_MOST:
            self.fault = PathInvalid(PathProblem.PATH_TOO_LONG, top.der)
            return
        seen = {link.der for link in path}
        for issuer in self._issuers_of(top):
            if issuer.der not in seen and self._signed(top, issuer):
                yield from self.paths_from((*path, issuer))

    def _issuers_of(self, link: _Link) -> list[_Link]:
        """By name; anchors first, and first those whose key identifier fits (one name, several keys)."""
        named = [
            issuer
            for issuer in self._anchors + self._intermediates
            if issuer.parts.subject == link.parts.issuer
        ]
        return sorted(named, key=lambda issuer: not _key_ids_fit(link, issuer))

    def _signed(self, link: _Link, issuer: _Link) -> bool:
        self._checks_left -= 1
        if self._checks_left < 0:
            return False
        problem = _signature_problem(link, issuer)
        if problem and not self.fault:
            self.fault = PathInvalid(problem, link.der)
        return problem is None


def _key_ids_fit(link: _Link, issuer: _Link) -> bool:
    return link.authority_key_id is not None and link.authority_key_id == issuer.subject_key_id


def _signature_problem(link: _Link, issuer: _Link) -> PathProblem | None:
    if not link.parts.algorithms_agree:
        return PathProblem.SIGNATURE_WRONG
    try:
        key = serialization.load_der_public_key(issuer.parts.public_key_info)
        signatures.verify(link.parts.signature, link.parts.tbs, key=key, algorithm=link.parts.algorithm)
    except (signatures.SignatureWrong, der.NotDer):
        return PathProblem.SIGNATURE_WRONG
    except (ValueError, exceptions.UnsupportedAlgorithm):
        return PathProblem.UNSUPPORTED_ALGORITHM
    return None


def _check(path: tuple[_Link, ...], at: datetime) -> None:
    """Every rule but signatures and names, which the search has followed; from the leaf up."""
    for height, link in enumerate(path):
        if height:
            _check_issuer(link, intermediates_below=path[1:height])
        _check_validity(link, at, is_issuer=height > 0)
        _check_critical_extensions(link)


def _check_validity(link: _Link, at: datetime, *, is_issuer: bool) -> None:
    if at < link.certificate.not_valid_before_utc:
        early = PathProblem.ISSUER_NOT_YET_VALID if is_issuer else PathProblem.NOT_YET_VALID
        raise PathInvalid(early, link.der)
    if at.replace(microsecond=0) > link.certificate.not_valid_after_utc:  # the last second counts
        raise PathInvalid(PathProblem.ISSUER_EXPIRED if is_issuer else PathProblem.EXPIRED, link.der)


def _check_issuer(link: _Link, *, intermediates_below: tuple[_Link, ...]) -> None:
    """RFC 5280 §6.1.4 (k) to (n)."""
    constraints = _value(link.extensions, x509.BasicConstraints)
    if not isinstance(constraints, x509.BasicConstraints) or not constraints.ca:
        raise PathInvalid(PathProblem.NOT_AN_AUTHORITY, link.der)
    length = sum(1 for intermediate in intermediates_below if not intermediate.self_issued)
    if constraints.path_length is not None and length > constraints.path_length:
        raise PathInvalid(PathProblem.PATH_TOO_LONG, link.der)
    usage = _value(link.extensions, x509.KeyUsage)
    if isinstance(usage, x509.KeyUsage) and not usage.key_cert_sign:
        raise PathInvalid(PathProblem.MAY_NOT_SIGN_CERTIFICATES, link.der)


def _check_critical_extensions(link: _Link) -> None:
    unknown = any(
        extension.oid == ExtensionOID.NAME_CONSTRAINTS
        or (extension.critical and extension.oid not in _UNDERSTOOD)
        for extension in link.extensions
    )
    if unknown:
        raise PathInvalid(PathProblem.UNKNOWN_CRITICAL_EXTENSION, link.der)
