"""Keys that everybody knows: a list of them is taken up, and none of them is ever certified.

Certificates that have such a key are revoked (keyCompromise). Part by part, each recorded for good before the
next begins; a part that was taken up before changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model

from senim.certification.examination import KeyCompromised, KeyOfAnotherPerson
from senim.certification.models import Certificate, CertifiedKey, Revocation
from senim.certification.orders import call_the_authority
from senim.certification.revocation import CLAUSE, mark_compromised, put_on_record
from senim.journal import record
from senim.pki.crl import RevocationReason

AT_MOST = 200
"""Of one part: what one journal record vouches for."""
NOBODYS = ""


@dataclass(frozen=True)
class BlockedPart:
    """How many keys of a part are new to us, how many were known as compromised; and what was revoked."""

    fresh: int
    already: int
    revoked: tuple[int, ...]


def block_part(*, digests: Iterable[bytes], at: datetime, actor: str) -> BlockedPart:
    """``digests`` are SHA-256 of SubjectPublicKeyInfo. Raises ValueError for more than AT_MOST."""
    wanted = sorted(set(digests))
    if len(wanted) > AT_MOST:
        raise ValueError(f"{len(wanted)} keys at once")
    with transaction.atomic():
        fresh = _marked(wanted, at=at)
        changed: list[Model] = [*fresh]
        revoked = _certificates_in_force(wanted)
        for certificate in revoked:
            changed += put_on_record(certificate, reason=RevocationReason.KEY_COMPROMISE, at=at, actor=actor)
        if changed:
            _record(revoked, changed, at=at, actor=actor)
            call_the_authority()
    numbers = tuple(int(one.serial_number, 16) for one in revoked)
    return BlockedPart(len(fresh), len(wanted) - len(fresh), numbers)


def refuse_unusable(*, digests: Iterable[bytes], holder: str) -> None:
    """Before anybody travels for nothing: the authority would refuse them, as it does again in any case.

    Raises KeyCompromised, KeyOfAnotherPerson.
    """
    known = list(CertifiedKey.objects.filter(digest__in=list(digests)))
    if any(key.compromised_at for key in known):
        raise KeyCompromised
    if any(key.holder != holder for key in known):
        raise KeyOfAnotherPerson


def _marked(digests: list[bytes], *, at: datetime) -> list[Model]:
    """Those that were not known as compromised; who certifies one at this moment waits, or is waited for."""
    new = [CertifiedKey(digest=digest, holder=NOBODYS) for digest in digests]
    CertifiedKey.objects.bulk_create(new, ignore_conflicts=True)
    return [row for digest in digests for row in mark_compromised(digest, at=at)]


def _certificates_in_force(digests: list[bytes]) -> list[Certificate]:
    found = Certificate.of_issuing().filter(key_digest__in=digests).order_by("serial_number")
    locked = list(found.select_for_update())
    revoked = set(Revocation.objects.filter(pk__in=[one.pk for one in locked]).values_list("pk", flat=True))
    return [one for one in locked if one.pk not in revoked]


def _record(revoked: list[Certificate], changed: list[Model], *, at: datetime, actor: str) -> None:
    record(
        verb="certification.block_keys",
        clause=CLAUSE,
        subject="keys",
        at=at,
        actor=actor,
        facts={"keys": len(changed) - len(revoked), "certificates": [one.serial_number for one in revoked]},
        changed=changed,
    )
