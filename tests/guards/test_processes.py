import ast

import pytest

from senim.runtime.processes import POSTGRES, PROCESSES, Process, in_order, ports_of, processes_of
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
    assert len(in_order(PROCESSES)) == len(PROCESSES)


def test_only_the_authority_is_handed_a_secret() -> None:
    assert {process.name: process.handed_secret for process in PROCESSES if process.handed_secret} == {
        "authority": "passphrase-authority"
    }


def test_ports_differ() -> None:
    ports = [port for process in PROCESSES for port in ports_of(process, Settings()).values()]
    assert len(ports) == len(set(ports)) == 6


def test_the_sandbox_runs_on_a_sandbox_instance_only() -> None:
    names = {process.name for process in processes_of(Settings(mode=Mode.PRODUCTION))}
    assert {process.name for process in processes_of(Settings())} - names == {"sandbox"}
