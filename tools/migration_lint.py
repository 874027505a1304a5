"""What a migration would do to a running instance, read from its SQL: long locks, rewrites, lost data.

A statement on a table that the same migration creates is harmless: nobody uses it yet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

RULES = {
    "rewrites": "rewrites the whole table while nobody may read it: add the column empty, fill it in parts",
    "type": "may rewrite the whole table while nobody may read it: add a column beside it",
    "index": "blocks every write while the index is built: AddIndexConcurrently, in a migration of its own",
    "checked": "reads the whole table under a lock: add it NOT VALID, validate it in the next migration",
    "unique": "blocks every write while its index is built: build the index concurrently, then use it",
    "filled": "changes every row in one transaction: do it in parts, as a job",
    "lost": "loses data, or breaks the version that still runs: stop using it, remove it a version later",
}
_VOLATILE = r"DEFAULT\s+\(?\s*(?:nextval|gen_random_uuid|random|clock_timestamp|uuidv\d)\b"
_PATTERNS = (
    ("rewrites", rf"ALTER TABLE (?P<table>\S+) ADD COLUMN .*{_VOLATILE}"),
    ("rewrites", r"ALTER TABLE (?P<table>\S+) ADD COLUMN (?!.*\bNULL\b(?<!NOT NULL))(?!.*DEFAULT).*NOT NULL"),
    ("type", r"ALTER TABLE (?P<table>\S+) ALTER COLUMN \S+ TYPE\b"),
    ("index", r"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)\S+ ON (?P<table>[^\s(]+)"),
    ("checked", r"ALTER TABLE (?P<table>\S+) ADD CONSTRAINT \S+ (?:CHECK|FOREIGN KEY)(?!.*NOT VALID)"),
    ("checked", r"ALTER TABLE (?P<table>\S+) ALTER COLUMN \S+ SET NOT NULL"),
    ("unique", r"ALTER TABLE (?P<table>\S+) ADD CONSTRAINT \S+ (?:UNIQUE|PRIMARY KEY)(?!\s+USING INDEX)"),
    ("filled", r"UPDATE (?P<table>\S+)(?: AS \S+)? SET\b"),
    ("lost", r"ALTER TABLE (?P<table>\S+) DROP COLUMN\b"),
    ("lost", r"ALTER TABLE (?P<table>\S+) RENAME\b"),
    ("lost", r"DROP TABLE (?:IF EXISTS )?(?P<table>[^\s;]+)"),
    ("lost", r"(?:DELETE FROM|TRUNCATE(?: TABLE)?) (?P<table>[^\s;]+)"),
)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_CREATED = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """``rule`` is a key of ``RULES``, which says why and what to do instead."""

    rule: str
    table: str
    statement: str


def lint(sql: str) -> Iterator[Finding]:
    """Findings in the order of the statements."""
    statements = [" ".join(part.split()) for part in _COMMENT.sub("", sql).split(";")]
    created = {_name(table) for statement in statements for table in _CREATED.findall(statement)}
    for statement in statements:
        for rule, pattern in _PATTERNS:
            found = re.match(pattern, statement, re.IGNORECASE)
            if found and _name(found["table"]) not in created:
                yield Finding(rule, _name(found["table"]), statement)
                break


def _name(table: str) -> str:
    return table.strip('"').lower()
