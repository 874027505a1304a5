"""From a profile and the facts of a subject to everything the certificate will say."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from senim.certification.facts import SubjectFacts
from senim.certification.profiles import Profile
from senim.certification.sandbox_mark import MARK
from senim.countries.kz import subjects
from senim.pki.certificates import Extension, Template, key_id
from senim.pki.keys import PublicKey
from senim.settings import settings

SANDBOX = Extension(MARK)
_SHARD_ADDRESS = re.compile(r"/crl/issuing\d*-(\d{1,4})\.crl$")
KEY_USAGES = (
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


@dataclass(frozen=True)
class Issuer:
    """What a certificate says of who signs it."""

    label: str
    name: x509.Name
    key_id: bytes
    not_after: datetime
    sandbox: bool = False
    """Whatever a sandbox's authority signs says so (``sandbox_mark``)."""


def template(
    profile: Profile,
    *,
    facts: SubjectFacts,
    public_key: PublicKey,
    issuer: Issuer,
    serial_number: int,
    at: datetime,
) -> Template:
    """The same arguments give the same bytes: an interrupted issuance is finished by building them again."""
    not_before = at.replace(microsecond=0)
    return Template(
        issuer=issuer.name,
        subject=subject_name(profile, facts),
        public_key=public_key,
        serial_number=serial_number,
        not_before=not_before,
        # The last second counts (RFC 5280 §4.1.2.5), and nothing outlives its issuer.
        not_after=min(not_before + profile.valid_for - timedelta(seconds=1), issuer.not_after),
        extensions=tuple(_extensions(profile, facts, public_key, issuer, serial_number)),
    )


def subject_name(profile: Profile, facts: SubjectFacts) -> x509.Name:
    return _subject_name(profile.subject, facts)


@lru_cache(256)
def _subject_name(kind: str, facts: SubjectFacts) -> x509.Name:
    if kind == "service":
        return subjects.build_service(facts.common_name, organisation=facts.organisation)
    if kind == "organisation":
        name = facts.common_name or facts.organisation
        return subjects.build_service(name, organisation=facts.organisation, bin=facts.bin)
    for_entity = kind == "representative"
    return subjects.build(
        iin=facts.iin,
        surname=facts.surname,
        given_name=facts.given_name,
        patronymic=facts.patronymic,
        organisation=facts.organisation if for_entity else "",
        bin=facts.bin if for_entity else "",
    )


def crl_address(issuer: str, shard: int | None = None) -> str:
    """Where a revocation list is served; the whole list where no shard is named."""
    return _crl_address(settings.responders_origin, issuer, shard)


def _crl_address(origin: str, issuer: str, shard: int | None) -> str:
    return f"{origin}/crl/{issuer if shard is None else f'{issuer}-{shard}'}.crl"


def shard_of(serial_number: int) -> int:
    """Of a certificate that is about to be made; of one that was, ask ``shard_in``."""
    return serial_number % settings.crl_shards


def shard_in(certificate: bytes | memoryview | None, serial_number: int) -> int:
    """The shard whose address a certificate carries, however many there were then; today's for an intent."""
    if certificate is not None:
        for extension in x509.load_der_x509_certificate(bytes(certificate)).extensions:
            if isinstance(extension.value, x509.CRLDistributionPoints):
                for found in map(_SHARD_ADDRESS.search, _addresses(extension.value)):
                    if found:
                        return int(found[1])
    return shard_of(serial_number)


def _addresses(points: x509.CRLDistributionPoints) -> list[str]:
    return [str(name.value) for point in points for name in point.full_name or ()]


def _extensions(
    profile: Profile, facts: SubjectFacts, public_key: PublicKey, issuer: Issuer, serial_number: int
) -> list[Extension]:
    said = [
        *_constraints(profile),
        _authority_key(issuer.key_id),
        Extension(x509.SubjectKeyIdentifier(key_id(public_key))),
        *_usages(profile),
    ]
    if facts.email and profile.subject != "service":
        said.append(_mail(facts.email))
    if profile.ocsp_no_check:
        said.append(Extension(x509.OCSPNoCheck()))
    if issuer.sandbox:
        said.append(SANDBOX)
    shard = shard_of(serial_number) if issuer.label != "root" else None
    return [*said, *_points(profile.points, issuer.label, shard, settings.responders_origin)]


def _constraints(profile: Profile) -> list[Extension]:
    if not profile.authority:
        return []
    return [Extension(x509.BasicConstraints(ca=True, path_length=profile.path_length), critical=True)]


# What many certificates say alike is made once, and encoded once: it was a third of the cost of each.
@lru_cache(16)
def _authority_key(key_id: bytes) -> Extension:
    return Extension(x509.AuthorityKeyIdentifier(key_id, None, None))


@lru_cache(64)
def _usages(profile: Profile) -> tuple[Extension, ...]:
    said = [Extension(_key_usage(profile), critical=True)]
    if profile.extended_key_usage:
        usages = x509.ExtendedKeyUsage(map(x509.ObjectIdentifier, profile.extended_key_usage))
        said.append(Extension(usages, critical=profile.extended_key_usage_critical))
    if profile.policies:
        said.append(Extension(x509.CertificatePolicies(map(_policy, profile.policies))))
    return tuple(said)


@lru_cache(256)
def _mail(address: str) -> Extension:
    return Extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]))


def _key_usage(profile: Profile) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in profile.key_usage for usage in KEY_USAGES})


def _policy(oid: str) -> x509.PolicyInformation:
    return x509.PolicyInformation(x509.ObjectIdentifier(oid), None)


@lru_cache(1024)
def _points(kinds: frozenset[str], issuer: str, shard: int | None, origin: str) -> tuple[Extension, ...]:
    """Where to ask. The shard is fixed here for the certificate's whole life."""
    points: list[Extension] = []
    if "crl" in kinds:
        uri = x509.UniformResourceIdentifier(_crl_address(origin, issuer, shard))
        points.append(
            Extension(x509.CRLDistributionPoints([x509.DistributionPoint([uri], None, None, None)]))
        )
    access = []
    if "ocsp" in kinds:
        access.append((AuthorityInformationAccessOID.OCSP, f"{origin}/ocsp"))
    if "ca_issuers" in kinds:
        access.append((AuthorityInformationAccessOID.CA_ISSUERS, f"{origin}/ca/{issuer}.cer"))
    if access:
        places = [x509.AccessDescription(way, x509.UniformResourceIdentifier(uri)) for way, uri in access]
        points.append(Extension(x509.AuthorityInformationAccess(places)))
    return tuple(points)
