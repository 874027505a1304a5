"""Write one record, in the caller's transaction."""

import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import NewType

from senim.journal.models import Entry
from senim.settings import MissingSecret, settings

RecordId = NewType("RecordId", uuid.UUID)
SALT_BYTES = 32


def record(
    *,
    verb: str,
    clause: str,
    subject: str,
    at: datetime,
    actor: str = "",
    facts: Mapping[str, object] | None = None,
    personal: Mapping[str, object] | None = None,
) -> RecordId:
    """Record that ``actor`` did ``verb`` to ``subject`` at ``at``, by this clause.

    ``subject`` and ``actor`` are references such as ``application:1f0c…`` or ``account:77aa…``, never names or
    identifiers. ``facts`` hold nothing about a person; what does goes into ``personal``, which can be deleted
    later. Both must be JSON.
    """
    entry = Entry(
        at=at.astimezone(UTC), verb=verb, clause=clause, subject=subject, actor=actor, facts=dict(facts or {})
    )
    if personal:
        entry.personal, entry.salt = dict(personal), secrets.token_bytes(SALT_BYTES)
        entry.personal_digest = digest_of_personal(entry.personal, entry.salt)
    entry.mac = hmac.digest(mac_key(), leaf_bytes(entry), "sha256")
    entry.save(force_insert=True)
    return RecordId(entry.id)


def leaf_bytes(entry: Entry) -> bytes:
    """What the tree commits to: everything but personal facts, of which only the salted digest."""
    return canonical(
        {
            "id": str(entry.id),
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "verb": entry.verb,
            "clause": entry.clause,
            "subject": entry.subject,
            "actor": entry.actor,
            "facts": entry.facts,
            "personal": bytes(entry.personal_digest).hex() if entry.personal_digest is not None else None,
        }
    )


def digest_of_personal(personal: Mapping[str, object], salt: bytes) -> bytes:
    return hashlib.sha256(bytes(salt) + canonical(personal)).digest()


def canonical(value: Mapping[str, object]) -> bytes:
    """JSON with sorted keys and no spaces: one value, one spelling."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@cache
def mac_key() -> bytes:
    """Who can write the database but has no secret of Senim cannot add a record the sequencer would take."""
    try:
        return bytes.fromhex(settings.secret("journal-mac"))
    except MissingSecret:
        if settings.is_sandbox and not (settings.home / "secrets").exists():
            return bytes(32)  # tools and migrations before the instance has secrets
        raise
