"""Certificate revocation lists (RFC 5280 §5): of everything or of one shard, complete or a delta.

Built from bytes of our own: the library's builder needs 16 s for a million entries, and grows quadratically
where they are added one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

from cryptography import exceptions, x509

from senim.pki import certificates, der, signatures
from senim.pki.keys import PrivateKey


class RevocationReason(StrEnum):
    """RFC 5280 §5.3.1; the values are the standard's own words."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "keyCompromise"
    CA_COMPROMISE = "cACompromise"
    AFFILIATION_CHANGED = "affiliationChanged"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessationOfOperation"
    CERTIFICATE_HOLD = "certificateHold"
    PRIVILEGE_WITHDRAWN = "privilegeWithdrawn"
    AA_COMPROMISE = "aACompromise"

    @property
    def code(self) -> int:
        """The CRLReason number (7 is not used)."""
        return _CODES[self]


_CODES = dict(zip(RevocationReason, (0, 1, 2, 3, 4, 5, 6, 9, 10), strict=True))
Kind = TypeVar("Kind", bound=x509.ExtensionType)
_REASON_CODE = "2.5.29.21"


class Revocation(NamedTuple):
    """One entry. Lists have a million of them: made and read fast."""

    serial_number: int
    revoked_at: datetime
    reason: RevocationReason = RevocationReason.UNSPECIFIED


def build(
    revoked: Iterable[Revocation],
    *,
    issuer: bytes,
    key: PrivateKey,
    number: int,
    this_update: datetime,
    next_update: datetime,
    distribution_point: str | None = None,
    freshest: str | None = None,
    base_number: int | None = None,
) -> bytes:
    """A list signed by ``issuer`` (its certificate). ``distribution_point`` is the URL of a shard.

    A shard carries a critical IssuingDistributionPoint with that URL; certificates of the shard carry the
    same URL in their CRLDistributionPoints. A complete list says in ``freshest`` where its delta is
    (§5.2.6). With ``base_number`` it is a delta (§5.2.4): what was revoked since the complete list of that
    number, which has the same ``distribution_point``.
    """
    if freshest and base_number is not None:
        raise ValueError("a delta does not point to a delta (RFC 5280 §5.2.6)")
    algorithm = signatures.identifier_for(key)
    entries = _entries(revoked)
    tbs = der.sequence(
        der.integer(1),
        algorithm,
        certificates.parts_of(issuer).subject,
        der.time(this_update),
        der.time(next_update),
        der.sequence(entries) if entries else b"",
        der.context(0, der.sequence(*_extensions(issuer, number, distribution_point, freshest, base_number))),
    )
    return der.sequence(tbs, algorithm, der.bit_string(signatures.sign(tbs, key=key)))


def _entries(revoked: Iterable[Revocation]) -> bytes:
    reasons = {reason.value: _reason(reason) for reason in RevocationReason}
    times = lru_cache(10_000)(der.time)
    return b"".join(
        [
            der.sequence(der.integer(serial_number), times(revoked_at), reasons[reason._value_])
            for serial_number, revoked_at, reason in revoked
        ]
    )


def _reason(reason: RevocationReason) -> bytes:
    """The entry's extensions; absent for "unspecified" (RFC 5280 §5.3.1)."""
    if reason is RevocationReason.UNSPECIFIED:
        return b""
    value = der.octet_string(der.integer(reason.code, der.ENUMERATED))
    return der.sequence(der.sequence(der.oid(_REASON_CODE), value))


def _extensions(
    issuer: bytes,
    number: int,
    distribution_point: str | None,
    freshest: str | None,
    base_number: int | None,
) -> list[bytes]:
    said = [
        certificates.Extension(x509.AuthorityKeyIdentifier(certificates.subject_key_id(issuer), None, None)),
        certificates.Extension(x509.CRLNumber(number)),
    ]
    if distribution_point:
        scope = _issuing_distribution_point(distribution_point)
        said.append(certificates.Extension(scope, critical=True))
    if base_number is not None:
        said.append(certificates.Extension(x509.DeltaCRLIndicator(base_number), critical=True))
    if freshest:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(freshest)], None, None, None)
        said.append(certificates.Extension(x509.FreshestCRL([point])))
    return [extension.encoded for extension in said]


def _issuing_distribution_point(url: str) -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(
        full_name=[x509.UniformResourceIdentifier(url)],
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )


class ListInvalid(ValueError):
    """Not a revocation list of this issuer."""


@dataclass(frozen=True)
class RevocationList:
    """A list whose signature by its issuer holds. ``distribution_point`` is set where it is a shard,
    ``base_number`` where it is a delta."""

    number: int | None
    this_update: datetime
    next_update: datetime | None
    distribution_point: str | None
    freshest: str | None
    base_number: int | None
    der: bytes
    _list: x509.CertificateRevocationList = field(repr=False, compare=False)

    def revocations(self) -> Iterable[Revocation]:
        return (_revocation(entry) for entry in self._list)


def _revocation(entry: x509.RevokedCertificate) -> Revocation:
    try:
        flag = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        flag = x509.ReasonFlags.unspecified
    return Revocation(entry.serial_number, entry.revocation_date_utc, RevocationReason(flag.value))


def read(revocation_list: bytes, *, issuer: bytes) -> RevocationList:
    """A list, once its issuer's name and signature are found right. Raises ListInvalid."""
    try:
        _verify(revocation_list, issuer)
        read_list = x509.load_der_x509_crl(revocation_list)
        number = _extension_value(read_list, x509.CRLNumber)
        scope = _extension_value(read_list, x509.IssuingDistributionPoint)
        freshest = _extension_value(read_list, x509.FreshestCRL)
        delta = _extension_value(read_list, x509.DeltaCRLIndicator)
    except (*certificates.UNREADABLE, exceptions.UnsupportedAlgorithm) as invalid:
        raise ListInvalid(str(invalid)) from invalid
    return RevocationList(
        number=number.crl_number if number else None,
        this_update=read_list.last_update_utc,
        next_update=read_list.next_update_utc,
        distribution_point=_first_url(scope.full_name) if scope else None,
        freshest=_first_url(freshest[0].full_name) if freshest else None,
        base_number=delta.crl_number if delta else None,
        der=revocation_list,
        _list=read_list,
    )


def _first_url(names: list[x509.GeneralName] | None) -> str | None:
    return str(names[0].value) if names else None


def _verify(revocation_list: bytes, issuer: bytes) -> None:
    outer = der.Fields(der.read(revocation_list, der.SEQUENCE))
    tbs, algorithm, signature = outer.take(der.SEQUENCE), outer.take(der.SEQUENCE), outer.take()
    fields = der.Fields(tbs)
    fields.take_if(der.INTEGER)
    fields.take(der.SEQUENCE)
    if fields.take(der.SEQUENCE).der != certificates.parts_of(issuer).subject:
        raise ListInvalid("of another issuer")
    key = x509.load_der_x509_certificate(issuer).public_key()
    signatures.verify(der.to_bits(signature), tbs.der, key=key, algorithm=algorithm)


def _extension_value(read_list: x509.CertificateRevocationList, kind: type[Kind]) -> Kind | None:
    try:
        return read_list.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
