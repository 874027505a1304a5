"""One certificate of a ceremony, by its label: made once, recorded before it is signed, kept as a file."""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from django.db import transaction
from django.db.models import Model

from senim.certification import issuers, ledger
from senim.certification.certificates import certificate_file, key_id_of
from senim.certification.facts import SubjectFacts
from senim.certification.issuance import Authority, Prepared, digest_of_key, issue, prepare
from senim.certification.models import Certificate, CertifiedKey, hexadecimal
from senim.certification.planning import abandon
from senim.certification.profiles import profile
from senim.journal import record
from senim.pki.certificates import new_serial_number
from senim.pki.keys import PublicKey, as_public
from senim.settings import settings

ACTOR = "ceremony"
CLAUSE = "CA-5.15"


@dataclass
class Log:
    """What this run of the ceremony made; empty when all was there."""

    made: list[str] = field(default_factory=list)


def certify(
    authority: Authority,
    *,
    label: str,
    profile_name: str,
    facts: SubjectFacts,
    public_key: PublicKey,
    at: datetime,
    log: Log,
    valid_for: timedelta | None = None,
) -> bytes:
    """The certificate of this label and key, DER, in its file. Another key under the label takes its place.

    ``valid_for`` where it is not for as long as its profile says.
    """
    der = certified(
        authority,
        label=label,
        profile_name=profile_name,
        facts=facts,
        public_key=public_key,
        at=at,
        log=log,
        valid_for=valid_for,
    )
    write_whole(certificate_path(label), der)
    return der


def certified(
    authority: Authority,
    *,
    label: str,
    profile_name: str,
    facts: SubjectFacts,
    public_key: PublicKey,
    at: datetime,
    log: Log,
    valid_for: timedelta | None = None,
) -> bytes:
    """The same, recorded and not yet in its file."""
    earlier = known(label, profile_name=profile_name, facts=facts)
    if earlier is not None and bytes(earlier.key_digest) == digest_of_key(public_key) and earlier.der:
        return bytes(earlier.der)
    if earlier is not None:
        _retire(earlier, at=at)
    rules = profile(profile_name)
    prepared = prepare(
        authority,
        profile=replace(rules, valid_for=valid_for) if valid_for else rules,
        facts=facts,
        public_key=public_key,
        serial_number=new_serial_number(),
        at=at,
    )
    log.made.append(f"certificate {label}")
    return record_and_issue(authority, prepared, label=label, at=at)


def record_and_issue(authority: Authority, prepared: Prepared, *, label: str, at: datetime) -> bytes:
    """A certificate that had this label before stays what it is, under none."""
    with transaction.atomic():
        holder = prepared.facts.identifier
        if ledger.claim_key(prepared.key_digest, holder=holder) != (True, False):
            raise ValueError(f"the key of {label} is somebody else's or compromised")
        earlier = _unlabelled(label)
        intent = ledger.intend(prepared, at=at, label=label)
        changed = [*earlier, intent, CertifiedKey(prepared.key_digest)]
        _journal(intent, "certification.intend", at=at, changed=changed)
    der = issue(authority, prepared)
    with transaction.atomic():
        ledger.store(intent, der, at=at)
        _journal(intent, "certification.issue", at=at, changed=[intent])
    return der


def _unlabelled(label: str) -> list[Certificate]:
    earlier = list(Certificate.objects.select_for_update().filter(label=label))
    for each in earlier:
        each.label = None
        each.save(update_fields=["label"])
    return earlier


def known(label: str, *, profile_name: str, facts: SubjectFacts) -> Certificate | None:
    """The record of this label; made from the certificate's file where the database has none."""
    recorded, file = Certificate.objects.filter(label=label).first(), certificate_path(label)
    if recorded is None and file.exists():
        return _adopt(label, file.read_bytes(), profile_name=profile_name, facts=facts)
    return recorded


def _adopt(label: str, der: bytes, *, profile_name: str, facts: SubjectFacts) -> Certificate:
    """The file is there and the record is not: a database made anew beside an older home."""
    said = x509.load_der_x509_certificate(der)
    key_digest = digest_of_key(as_public(said.public_key()))
    with transaction.atomic():
        ledger.claim_key(key_digest, holder=facts.identifier)
        adopted = Certificate.objects.create(
            issuer=_issuer_of(said),
            serial_number=hexadecimal(said.serial_number),
            profile=profile_name,
            label=label,
            iin=facts.iin,
            bin=facts.bin,
            key_digest=key_digest,
            not_before=said.not_valid_before_utc,
            not_after=said.not_valid_after_utc,
            tbs_digest=ledger.digest_of(said.tbs_certificate_bytes),
            intended_at=said.not_valid_before_utc,
            issued_at=said.not_valid_before_utc,
            der=der,
        )
        changed = [adopted, CertifiedKey(key_digest)]
        _journal(adopted, "certification.adopt", at=said.not_valid_before_utc, changed=changed)
    return adopted


def _issuer_of(certificate: x509.Certificate) -> str:
    """By the key that its signer's certificate names. Raises ValueError."""
    wanted = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    for label in ("root", *issuers.ours()):
        if key_id_of(certificate_file(label)) == wanted:
            return label
    raise ValueError("no authority of ours signed it")


def _retire(certificate: Certificate, *, at: datetime) -> None:
    """Its key is lost, or its signing was interrupted: nobody can use it, and nobody shall."""
    with transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(label=None)
        abandon(certificate, at=at)


def _journal(certificate: Certificate, verb: str, *, at: datetime, changed: Sequence[Model]) -> None:
    subject = f"certificate:{certificate.serial_number}"
    facts = {"profile": certificate.profile, "tbs": bytes(certificate.tbs_digest).hex()}
    record(verb=verb, clause=CLAUSE, subject=subject, at=at, actor=ACTOR, facts=facts, changed=changed)


def certificate_path(label: str) -> Path:
    return settings.home / "certificates" / f"{label}.cer"


def write_whole(file: Path, content: bytes, *, private: bool = False) -> None:
    """The whole file or none; untouched if it says this already."""
    if file.exists() and file.read_bytes() == content:
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o755)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
