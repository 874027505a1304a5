"""Migrations may not stop a running instance, lose its data, or say nothing about why they must."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from tools.migration_lint import RULES, lint

OURS = {"accounts", "archive", "certification", "documents", "enrolment", "journal", "notices", "operators"}
YOUNG = "instances of 0.1.0 are laptops: their tables are small, and no other version runs beside"
ACCEPTED: dict[tuple[str, str], dict[str, str]] = {
    ("accounts", "0002_sessions_under_the_hash_of_their_key"): {"type": YOUNG, "filled": YOUNG},
    ("accounts", "0004_channels"): {
        "index": "two indexes of open requests only; their making reads the table once",
    },
    ("documents", "0002_states_from_the_tables"): {
        "filled": YOUNG,
        "lost": "whether the owner stopped a look moves into its state first",
        "index": YOUNG,
        "checked": YOUNG,
    },
    ("enrolment", "0002_reissue_and_revocation"): {
        "index": "three indexes of open applications only; their making reads the table once",
    },
    ("enrolment", "0007_identity_cards"): {
        "index": "three indexes of open applications only; their making reads the table once",
    },
    ("enrolment", "0009_revocation_in_person"): {
        "index": "the same three indexes, with two stages more",
    },
    ("journal", "0002_witnesses_proofs_rows"): {
        "rewrites": "the table holds only rows that wait for a second",
        "index": "the table holds only rows that wait for a second",
    },
    ("operators", "0001_a_room_of_their_own"): {
        "filled": "tens of rows, of people who were dismissed",
        "checked": "tens of rows",
    },
    ("notices", "0002_a_queue_for_each_channel"): {"filled": "only jobs that wait in the old queue"},
}
"""What a migration does all the same, by rule, and why that is harmless. New entries need a better reason."""


def migrations():
    loader = MigrationLoader(None)
    return sorted(name for name in loader.disk_migrations if name[0] in OURS)


@pytest.mark.usefixtures("django_db_setup")
@pytest.mark.parametrize(("app", "name"), migrations())
def test_a_migration_stops_nobody_and_loses_nothing(app, name, django_db_blocker):
    said = StringIO()
    with django_db_blocker.unblock():  # in no transaction, as indexes that are built concurrently need it
        call_command("sqlmigrate", app, name, stdout=said)
    accepted = ACCEPTED.get((app, name), {})
    found = [finding for finding in lint(said.getvalue()) if finding.rule not in accepted]
    assert [f"{finding.statement}\n  {RULES[finding.rule]}" for finding in found] == []


def test_what_is_accepted_is_still_there():
    assert set(ACCEPTED) <= set(migrations())
    assert all(set(rules) <= set(RULES) for rules in ACCEPTED.values())


@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        ("rewrites", 'ALTER TABLE "t" ADD COLUMN "n" bigint DEFAULT nextval(\'s\') NOT NULL'),
        ("rewrites", 'ALTER TABLE "t" ADD COLUMN "n" uuid DEFAULT gen_random_uuid() NOT NULL'),
        ("rewrites", 'ALTER TABLE "t" ADD COLUMN "n" bigint NOT NULL'),
        ("type", 'ALTER TABLE "t" ALTER COLUMN "n" TYPE bigint USING "n"::bigint'),
        ("index", 'CREATE INDEX "i" ON "t" ("n")'),
        ("index", 'CREATE UNIQUE INDEX "i" ON "t" ("n") WHERE "n" > 0'),
        ("checked", 'ALTER TABLE "t" ADD CONSTRAINT "c" CHECK ("n" > 0)'),
        ("checked", 'ALTER TABLE "t" ADD CONSTRAINT "c" FOREIGN KEY ("n") REFERENCES "o" ("id")'),
        ("checked", 'ALTER TABLE "t" ALTER COLUMN "n" SET NOT NULL'),
        ("unique", 'ALTER TABLE "t" ADD CONSTRAINT "c" UNIQUE ("n")'),
        ("filled", 'UPDATE "t" SET "n" = 1'),
        ("lost", 'ALTER TABLE "t" DROP COLUMN "n" CASCADE'),
        ("lost", 'ALTER TABLE "t" RENAME COLUMN "n" TO "m"'),
        ("lost", 'DROP TABLE "t" CASCADE'),
        ("lost", 'DELETE FROM "t"'),
    ],
)
def test_a_planted_bad_statement_is_found_unless_the_table_is_new(rule, statement):
    assert [finding.rule for finding in lint(f"BEGIN;\n-- a remark\n{statement};\nCOMMIT;")] == [rule]
    assert list(lint(f'CREATE TABLE "t" ("id" uuid);\n{statement};')) == []


@pytest.mark.parametrize(
    "statement",
    [
        'ALTER TABLE "t" ADD COLUMN "n" bigint NULL',
        'ALTER TABLE "t" ADD COLUMN "n" varchar(9) DEFAULT \'\' NOT NULL',
        'CREATE INDEX CONCURRENTLY "i" ON "t" ("n")',
        'ALTER TABLE "t" ADD CONSTRAINT "c" CHECK ("n" > 0) NOT VALID',
        'ALTER TABLE "t" VALIDATE CONSTRAINT "c"',
        'ALTER TABLE "t" ADD CONSTRAINT "c" UNIQUE USING INDEX "i"',
        'ALTER TABLE "t" DROP CONSTRAINT "c"',
    ],
)
def test_the_harmless_way_is_not_found(statement):
    assert list(lint(statement)) == []
