"""Prepare, then issue: only bytes that were linted are signed, and each preparation once.

``prepare`` builds a certificate under a signature nobody trusts, lints it and hands back a ``Prepared``. The
caller stores the intent and commits. ``issue`` takes that very object and signs exactly its bytes.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from weakref import WeakSet

from cryptography import x509

from senim.certification import issuers, sandbox_mark
from senim.certification.facts import SubjectFacts
from senim.certification.lint import Linter, here
from senim.certification.profiles import Profile, profile
from senim.certification.templates import Issuer, subject_name, template
from senim.pki import certificates
from senim.pki.keys import PrivateKey, PublicKey, UnsupportedKey, algorithm_of, public_der


class NotPrepared(RuntimeError):
    """Not an object that ``prepare`` returned, or one that was issued already."""


@dataclass(frozen=True, eq=False)
class Authority:
    """An authority at work: its key is open. Only the authority worker and the ceremony hold one."""

    issuer: Issuer
    key: PrivateKey
    before: tuple["Authority", ...] = ()
    """Those that issued until it came, oldest first: for what they issued they go on signing lists."""

    @classmethod
    def of(
        cls, label: str, *, certificate: bytes, key: PrivateKey, before: tuple["Authority", ...] = ()
    ) -> Self:
        own = x509.load_der_x509_certificate(certificate)
        if own.public_key() != key.public_key():
            raise ValueError(f"the key of {label} does not belong to its certificate")
        key_id = own.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        issuer = Issuer(label, own.subject, key_id, own.not_valid_after_utc, sandbox_mark.stands_in(own))
        return cls(issuer, key, before)

    @classmethod
    def root(
        cls, label: str, *, facts: SubjectFacts, key: PrivateKey, at: datetime, sandbox: bool = False
    ) -> Self:
        """A root that is about to sign itself."""
        rules, public_key = profile(label), key.public_key()
        until = at.replace(microsecond=0) + rules.valid_for
        name = subject_name(rules, facts)
        return cls(Issuer(label, name, certificates.key_id(public_key), until, sandbox), key)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A linted certificate without its signature. Only ``prepare`` makes one."""

    profile: Profile
    facts: SubjectFacts
    issuer: str
    serial_number: int
    not_before: datetime
    not_after: datetime
    key_digest: bytes
    tbs: bytes

    @property
    def tbs_digest(self) -> bytes:
        return hashlib.sha256(self.tbs).digest()


_outstanding: WeakSet[Prepared] = WeakSet()


def prepare(
    authority: Authority,
    *,
    profile: Profile,
    facts: SubjectFacts,
    public_key: PublicKey,
    serial_number: int,
    at: datetime,
) -> Prepared:
    """Build and lint. Raises LintFound, UnsupportedKey."""
    finish = begin(
        authority, profile=profile, facts=facts, public_key=public_key, serial_number=serial_number, at=at
    )
    return finish()


def begin(
    authority: Authority,
    *,
    profile: Profile,
    facts: SubjectFacts,
    public_key: PublicKey,
    serial_number: int,
    at: datetime,
    linter: Linter = here,
) -> Callable[[], Prepared]:
    """Build, and have it linted meanwhile; what is returned waits for the linter (``prepare`` is both).
    Raises UnsupportedKey."""
    if algorithm_of(public_key) not in profile.algorithms:
        raise UnsupportedKey(f"{profile.name} takes no {algorithm_of(public_key)}")
    if profile.issuer != issuers.role_of(authority.issuer.label):
        raise ValueError(f"{profile.name} is not issued by {authority.issuer.label}")
    said = template(
        profile,
        facts=facts,
        public_key=public_key,
        issuer=authority.issuer,
        serial_number=serial_number,
        at=at,
    )
    tbs = certificates.to_be_signed(said, key=authority.key)
    verdict = linter(certificates.under_no_signature(tbs, like=authority.key))
    label, digest = authority.issuer.label, digest_of_key(public_key)
    begun = [Prepared(profile, facts, label, serial_number, said.not_before, said.not_after, digest, tbs)]

    def finish() -> Prepared:
        """Raises LintFound; NotPrepared the second time."""
        if not begun:
            raise NotPrepared
        ready = begun.pop()
        verdict()
        _outstanding.add(ready)
        return ready

    return finish


def issue(authority: Authority, prepared: Prepared) -> bytes:
    """Sign exactly the prepared bytes: the certificate, DER. Raises NotPrepared."""
    try:
        _outstanding.remove(prepared)
    except (KeyError, TypeError) as stranger:
        raise NotPrepared from stranger
    if prepared.issuer != authority.issuer.label:
        raise NotPrepared
    return certificates.sign_tbs(prepared.tbs, key=authority.key)


def digest_of_key(public_key: PublicKey) -> bytes:
    """By which we know a key again: SHA-256 of its SubjectPublicKeyInfo."""
    return hashlib.sha256(public_der(public_key)).digest()
