"""Write records, in the caller's transaction. Plain SQL: one statement, two rows each, no model needed."""

import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, NewType

from django.db import models

from senim.journal.rows import Statement, statements_on
from senim.settings import MissingSecret, settings
from senim.statements import carrying_lists

RecordId = NewType("RecordId", uuid.UUID)
SALT_BYTES = 32

_INSERT = """
WITH entry AS (
    INSERT INTO journal_entry
        (id, at, verb, clause, subject, actor, facts, personal, salt, personal_digest, changed, mac)
    SELECT * FROM unnest(
        %b::uuid[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[],
        %b::jsonb[], %b::jsonb[], %b::bytea[], %b::bytea[], %b::jsonb[], %b::bytea[]))
INSERT INTO journal_unsequenced (entry_id) SELECT unnest(%b::uuid[])
"""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a verb says for the record; the arguments of ``record``."""

    verb: str
    clause: str
    subject: str
    at: datetime
    actor: str = ""
    facts: Mapping[str, Any] | None = None
    personal: Mapping[str, Any] | None = None
    changed: Iterable[models.Model] = ()


@dataclass(frozen=True)
class Record:
    """One record as the tree sees it. ``personal_digest`` commits to facts that may be deleted."""

    at: datetime
    verb: str
    clause: str
    subject: str
    actor: str
    facts: Mapping[str, Any]
    personal_digest: bytes | None
    changed: tuple[Statement, ...] = ()
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    def leaf_bytes(self) -> bytes:
        said: dict[str, Any] = {
            "id": str(self.id),
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "verb": self.verb,
            "clause": self.clause,
            "subject": self.subject,
            "actor": self.actor,
            "facts": self.facts,
            "personal": self.personal_digest.hex() if self.personal_digest is not None else None,
        }
        if self.changed:  # records older than these statements keep their leaves
            said["changed"] = [statement.in_leaf() for statement in self.changed]
        return canonical(said)

    def mac(self) -> bytes:
        """Who can write the database but has no secret of Senim cannot add a record the tree would take."""
        return seal(self.leaf_bytes())


def seal(leaf: bytes) -> bytes:
    return hmac.digest(_mac_key(), leaf, "sha256")


def record(
    *,
    verb: str,
    clause: str,
    subject: str,
    at: datetime,
    actor: str = "",
    facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    changed: Iterable[models.Model] = (),
) -> RecordId:
    """Record that ``actor`` did ``verb`` to ``subject`` at ``at``, by this clause.

    ``subject`` and ``actor`` are references such as ``application:1f0c…`` or ``account:77aa…``, never names
    or identifiers. ``facts`` hold nothing about a person; what does goes into ``personal``, which can be
    deleted later. Both must be JSON. ``changed`` are the rows of record this verb wrote, after it wrote them:
    the record vouches for each as it stands in the database now. Raises rows.RowMissing.
    """
    said = Said(
        verb=verb,
        clause=clause,
        subject=subject,
        at=at,
        actor=actor,
        facts=facts,
        personal=personal,
        changed=changed,
    )
    return record_each([said])[0]


def record_each(said: Sequence[Said]) -> list[RecordId]:
    """A record for each, in this order, with two statements for all. For a verb that is carried out many
    times in one transaction. Raises rows.RowMissing."""
    statements = statements_on([one.changed for one in said])
    entries = [_entry(one, tuple(rows)) for one, rows in zip(said, statements, strict=True)]
    if entries:
        _insert(entries)
    return [RecordId(entry.id) for entry, _ in entries]


def _entry(said: Said, statements: tuple[Statement, ...]) -> tuple[Record, list[Any]]:
    """The record, and its row."""
    personal = said.personal
    salt = secrets.token_bytes(SALT_BYTES) if personal else None
    digest = digest_of_personal(personal, salt) if personal and salt else None
    facts = dict(said.facts or {})
    entry = Record(said.at, said.verb, said.clause, said.subject, said.actor, facts, digest, statements)
    return entry, [
        entry.id,
        entry.at,
        entry.verb,
        entry.clause,
        entry.subject,
        entry.actor,
        canonical(facts).decode(),
        canonical(personal).decode() if personal else None,
        salt,
        digest,
        json.dumps([statement.stored() for statement in statements]),
        entry.mac(),
    ]


def _insert(entries: Sequence[tuple[Record, list[Any]]]) -> None:
    """Places are taken in the order of the list: of two records about one row the later has the higher."""
    columns = [list(column) for column in zip(*(row for _, row in entries), strict=True)]
    with carrying_lists() as cursor:
        cursor.execute(_INSERT, [*columns, [one.id for one, _ in entries]])


def digest_of_personal(personal: Mapping[str, Any], salt: bytes) -> bytes:
    return hashlib.sha256(salt + canonical(personal)).digest()


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces: one value, one spelling."""
    return _JSON.encode(value).encode()


_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@cache
def _mac_key() -> bytes:
    try:
        return bytes.fromhex(settings.secret("journal-mac"))
    except MissingSecret:
        if settings.is_sandbox and not (settings.home / "secrets").exists():
            return bytes(32)  # migrations and tools, before the instance has secrets
        raise
