"""The rights of database roles: every table somebody's on purpose, no process more than its rooms."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings

from senim.runtime.console.command_line import AS_PROCESS
from senim.runtime.console.commands import MODULES
from senim.runtime.database.grants import NOBODYS, ROLES, TABLE, Right, rights, rows
from senim.runtime.supervision.processes import COMMAND, PROCESSES
from tests.guards.sources import SOURCE, imported_from

RIGHTS = set(rights())
TABLES = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {
    "django_migrations"
}
ROOM_OF = {
    model._meta.db_table: model._meta.app_config.name for model in apps.get_models(include_auto_created=True)
} | {"django_migrations": "senim.runtime"}
VIEWS = {"certification_watermark"}
TABLES |= VIEWS
ROOM_OF |= {view: f"senim.{view.partition('_')[0]}" for view in VIEWS}
ROOM_OF |= {table: "senim.jobs" for table in TABLES if table.startswith("procrastinate_")}
MIDDLEWARE = [name.rpartition(".")[0] for name in django_settings.MIDDLEWARE if name.startswith("senim.")]
OF_PARTNERS = [name for name in django_settings.MIDDLEWARE_OF_PARTNERS if name.startswith("senim.")]
DOOR = [*MIDDLEWARE, django_settings.SESSION_ENGINE, "senim.accounts.backend", "senim.pages.context"]


def of(role: str, table: str) -> set[str]:
    return {
        f"{right.privilege} {right.column}".strip()
        for right in RIGHTS
        if (right.role, right.table) == (role, table)
    }


def test_every_table_is_granted_to_somebody_or_is_nobodys_on_purpose() -> None:
    granted = {table for table, _ in rows()}
    hint = "give it a row in src/senim/runtime/database/grants.py: which process may do what in it"
    assert TABLES - granted - NOBODYS == set(), hint
    assert granted - TABLES == set(), "rows of tables that are gone"
    assert granted & NOBODYS == set()
    assert {table for table, _ in rows() if not any(right.table == table for right in RIGHTS)} == set()


def test_every_process_has_a_role_or_no_database() -> None:
    named = {process.role for process in PROCESSES if process.role} | {COMMAND.role}
    assert named == {*ROLES, "owner"}
    assert [process.name for process in PROCESSES if process.role == "owner"] == ["migrate"]
    assert {process.name for process in PROCESSES if not process.role} == {"static", "sandbox"}


def starts_of(role: str) -> list[str]:
    """The modules a process of this role begins with; those named in settings or found by name among them."""
    if role in {"portal", "desk"}:
        return [f"senim.{role}.urls", *DOOR]
    if role == "partners":
        return ["senim.partners.urls", *(name.rpartition(".")[0] for name in OF_PARTNERS)]
    if role == "jobs":
        return ["senim.runtime.jobs.job_worker", *(_module(file) for file in SOURCE.glob("senim/*/tasks.py"))]
    if role == "command":
        return [module for name, module in MODULES.items() if name not in AS_PROCESS]
    if role == "ceremony":
        return ["senim.runtime.console.ca_commands"]
    return [process.entry.partition(":")[0] for process in PROCESSES if process.role == role]


def _module(file: Path) -> str:
    return ".".join(file.relative_to(SOURCE).with_suffix("").parts)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "command"])
def test_a_process_has_rights_in_rooms_it_imports_only(role: str) -> None:
    imported = imported_from(starts_of(role))
    assert len(imported) > 5
    foreign = {right.table for right in RIGHTS if right.role == role and not _in(right, imported)}
    assert foreign == set()


def _in(right: Right, imported: Iterable[str]) -> bool:
    room = ROOM_OF[right.table]
    return any(module == room or module.startswith(f"{room}.") for module in imported)


def test_only_the_authority_and_the_ceremony_write_certificates() -> None:
    """The console takes up lists of compromised keys; whose a key is, only the others say."""
    both = {"authority", "ceremony"}
    allowed = {"certificate": both, "certifiedkey": {*both, "command"}, "generation": both}
    for table, roles in allowed.items():
        rights = [right for right in RIGHTS if right.table == f"certification_{table}"]
        assert {right.role for right in rights if right.privilege == "INSERT"} == roles
    assert of("command", "certification_certificate") == {"SELECT", "UPDATE label"}


def test_the_portal_proves_records_and_reads_nobodys_personal_facts() -> None:
    read = {right.column for right in RIGHTS if (right.role, right.table) == ("portal", "journal_entry")}
    assert not read & {"personal", "salt", "mac"}


def test_whoever_else_records_in_the_journal_can_neither_read_nor_change_it() -> None:
    for role in ("desk", "jobs", "authority", "ceremony"):
        assert of(role, "journal_entry") == {"INSERT"}
        assert of(role, "journal_leaf") == of(role, "journal_checkpoint") == set()


def test_nobody_changes_or_deletes_what_the_journal_holds_but_for_what_may_be_forgotten() -> None:
    kept = {"journal_entry", "journal_leaf", "journal_subtree", "journal_checkpoint", "journal_timestamp"}
    changing = {right for right in RIGHTS if right.table in kept and right.privilege in {"UPDATE", "DELETE"}}
    assert {(right.role, right.column) for right in changing} == {
        ("command", "personal"),
        ("command", "salt"),
        ("command", "changed"),
    }


def test_the_portal_knows_no_operators_and_the_desk_no_documents() -> None:
    assert of("portal", "enrolment_registrationauthorityoperator") == set()
    assert not {right for right in RIGHTS if right.role == "desk" and right.table.startswith("documents_")}


def test_a_system_can_ask_for_a_document_and_no_more() -> None:
    """The look is written by the portal, where its owner consents (DD-4b)."""
    assert {table: of("partners", table) for table, _ in rows() if table.startswith("documents_")} == {
        "documents_grant": {"SELECT"},
        "documents_spentcode": set(),
        "documents_qrtoken": {"SELECT", "UPDATE claimed_at"},
        "documents_claim": {"SELECT", "INSERT"},
        "documents_view": {"SELECT"},
    }


def test_the_responders_read_nothing_but_the_watermark() -> None:
    assert {right for right in RIGHTS if right.role == "responders"} == {
        Right("certification_watermark", "responders", "SELECT")
    }


def test_the_table_is_as_wide_as_a_page() -> None:
    assert max(len(line) for line in TABLE.splitlines()) <= 110
