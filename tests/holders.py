"""Holders of certificates in tests, and the authority that issues to them.

Import it in test modules and fixtures only, never in a conftest: it needs Django to be set up.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from django.db import transaction

from senim.certification import ledger, publication, revocation
from senim.certification.ceremony.key_files import Entry, write
from senim.certification.facts import SubjectFacts
from senim.certification.issuance import Authority, issue, prepare
from senim.certification.models import CertifiedKey
from senim.certification.profiles import profile as profile_named
from senim.journal import record
from senim.pki import cms
from senim.pki.certificates import Extension, Template, build, new_serial_number
from senim.pki.crl import RevocationReason
from senim.pki.keys import KeyAlgorithm, PrivateKey, generate


@dataclass(frozen=True)
class Holder:
    """Somebody with a key and a certificate."""

    key: PrivateKey
    certificate: bytes
    chain: tuple[bytes, ...]

    @property
    def serial_number(self) -> int:
        return x509.load_der_x509_certificate(self.certificate).serial_number

    def sign(self, content: bytes, *, at: datetime | None = None, attached: bool = False) -> bytes:
        """CAdES-BES, detached unless told otherwise."""
        return cms.sign(
            content,
            key=self.key,
            certificate=self.certificate,
            at=at or datetime.now(UTC),
            detached=not attached,
            chain=self.chain[:1],
        )

    def p12(self, password: str) -> bytes:
        return write([Entry("sign", self.key, self.certificate)], chain=self.chain, password=password)


class TestAuthority:
    """The authority with its key in hand."""

    __test__ = False

    def __init__(self, authority: Authority, chain: tuple[bytes, ...]) -> None:
        self.authority, self.chain = authority, chain
        self.issuing, self.root = chain

    def issue(
        self,
        profile: str = "individual_sign",
        *,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        key: PrivateKey | None = None,
        **facts: str,
    ) -> Holder:
        """A certificate of this profile, recorded as issued. ``not_after`` cuts its validity."""
        key = key or generate(KeyAlgorithm.P256)
        at = not_before or datetime.now(UTC) - timedelta(minutes=1)
        rules = profile_named(profile)
        if not_after is not None:
            rules = replace(rules, valid_for=not_after - at + timedelta(seconds=1))
        prepared = prepare(
            self.authority,
            profile=rules,
            facts=SubjectFacts(**facts),
            public_key=key.public_key(),
            serial_number=new_serial_number(),
            at=at,
        )
        with transaction.atomic():
            ledger.claim_key(prepared.key_digest, holder=prepared.facts.identifier)
            recorded = ledger.intend(prepared, at=at)
            der = issue(self.authority, prepared)
            ledger.store(recorded, der, at=at)
            changed = [recorded, CertifiedKey(prepared.key_digest)]
            record(verb="test.issue", clause="CA-5.15", subject="certificate", at=at, changed=changed)
        return Holder(key, der, self.chain)

    def revoke(
        self,
        holder: Holder,
        at: datetime | None = None,
        reason: RevocationReason = RevocationReason.CESSATION_OF_OPERATION,
    ) -> None:
        revocation.revoke(
            serial_number=holder.serial_number, reason=reason, at=at or datetime.now(UTC), actor="test"
        )

    def publish(self, at: datetime | None = None) -> int | None:
        """Show what was issued and revoked to the responders, as the worker does."""
        return publication.publish(self.authority, at=at or datetime.now(UTC))

    def forged(self, holder: Holder) -> Holder:
        """The same certificate word for word, signed by an authority nobody knows, for another key."""
        said, key = x509.load_der_x509_certificate(holder.certificate), generate(KeyAlgorithm.P256)
        template = Template(
            issuer=said.issuer,
            subject=said.subject,
            public_key=key.public_key(),
            serial_number=said.serial_number,
            not_before=said.not_valid_before_utc,
            not_after=said.not_valid_after_utc,
            extensions=tuple(Extension(one.value, one.critical) for one in said.extensions),
        )
        return Holder(key, build(template, key=generate(KeyAlgorithm.P256)), self.chain)
