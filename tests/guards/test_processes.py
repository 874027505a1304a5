import ast
from graphlib import TopologicalSorter

import pytest

from senim.runtime.database.grants import rights
from senim.runtime.isolation.secrets import SECRETS
from senim.runtime.supervision.processes import (
    COMMAND,
    POSTGRES,
    PROCESSES,
    Process,
    ports_of,
    processes_of,
)
from senim.settings import Mode, Settings
from tests.guards.sources import SOURCE, parsed


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_the_entry_of_a_process_exists(process: Process) -> None:
    module, _, function = process.entry.partition(":")
    file = SOURCE / f"{module.replace('.', '/')}.py"
    functions = {node.name for node in parsed(file).body if isinstance(node, ast.FunctionDef)}
    assert not function or function in functions


def test_every_need_is_met_by_somebody_and_nobody_waits_in_a_circle() -> None:
    names = {POSTGRES, *(process.name for process in PROCESSES)}
    assert {need for process in PROCESSES for need in process.needs} <= names
    TopologicalSorter({process.name: process.needs for process in PROCESSES}).prepare()  # raises CycleError


def holders_of(secret: str) -> set[str]:
    return {process.name for process in (*PROCESSES, COMMAND) if secret in process.secrets}


def test_a_secret_is_handed_to_those_who_need_it_only() -> None:
    assert holders_of("passphrase-authority") == {"ceremony", "authority"}
    assert holders_of("passphrase-responders") == {"ceremony", "responders"}
    assert holders_of("passphrase-sequencer") == {"ceremony", "sequencer"}
    assert holders_of("django-portal") == holders_of("short-code") == {"portal"}
    assert holders_of("code-digest") == {"portal", "partners"}  # systems ask by a code, and make none
    assert holders_of("otp") == {"portal", "partners"}  # codes are sent and judged for banks' apps too
    assert holders_of("django-desk") == {"desk"}
    assert holders_of("database") == holders_of("database-superuser") == set()


def test_whoever_writes_to_the_journal_seals_what_it_writes() -> None:
    writers = {right.role for right in rights() if right.table == "journal_entry"}
    assert {process.role for process in (*PROCESSES, COMMAND) if "journal-mac" in process.secrets} == writers


def test_every_secret_of_the_table_is_made() -> None:
    assert {name for process in (*PROCESSES, COMMAND) for name in process.secrets} <= set(SECRETS)


def test_ports_differ() -> None:
    ports = [port for process in PROCESSES for port in ports_of(process, Settings()).values()]
    assert len(ports) == len(set(ports)) == 8


def test_the_sandbox_runs_on_a_sandbox_instance_only() -> None:
    names = {process.name for process in processes_of(Settings(mode=Mode.PRODUCTION))}
    assert {process.name for process in processes_of(Settings())} - names == {"sandbox"}
