"""Faults of the running platform: all frozen at once, all doors' ports taken. One by one: tools.faults."""

import os
import signal
import socket
from contextlib import ExitStack, suppress

import httpx

from senim.runtime.supervision.processes import PROCESSES
from tests.runtime.conftest import alive
from tests.whole.platform import Platform, family, waited

RUNNING = [*(process.name for process in PROCESSES if not process.once), "postgres"]
DOORS = {process.name: process.port for process in PROCESSES if process.port}


def each(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def events(platform: Platform) -> str:
    return "\n".join(one["event"] for one in platform.log("supervisor"))


def test_frozen_processes_are_all_replaced_and_every_door_answers(platform: Platform) -> None:
    before = {name: platform.restarts_of(name) for name in RUNNING}
    frozen = {name: family(platform, name) for name in RUNNING}
    for pids in frozen.values():
        each(pids, signal.SIGSTOP)
    waited(lambda: all(platform.restarts_of(name) > before[name] for name in RUNNING), "new processes")
    platform.wait_until_ready()
    for name, pids in frozen.items():
        assert f"{name} is frozen (process {pids[0]}) and is replaced" in events(platform)
        assert not any(alive(pid) for pid in pids)
    assert platform.client().get(f"{platform.portal}/kk/").status_code == 200


def test_a_port_that_somebody_took_is_named_and_the_door_is_back_when_it_is_free(platform: Platform) -> None:
    doors = [pid for name in DOORS for pid in family(platform, name)]
    platform.supervisor.send_signal(signal.SIGSTOP)  # or it would be back first
    each(doors, signal.SIGKILL)
    waited(lambda: not any(alive(pid) for pid in doors), "the end of the doors")
    with ExitStack() as taken:
        for port in DOORS.values():
            address = ("127.0.0.1", platform.ports[port.removesuffix("_port").upper()])
            taken.enter_context(socket.create_server(address))
        platform.supervisor.send_signal(signal.SIGCONT)
        waited(lambda: len(platform.state().get("troubles", [])) == len(DOORS), "a word about each port")
        shown = platform.senim("status").stdout
        for name, port in DOORS.items():
            number = platform.ports[port.removesuffix("_port").upper()]
            assert f"Port {number} is taken by " in shown
            assert f"(process {os.getpid()}), and {name} needs it" in shown
    platform.wait_until_ready()
    assert platform.state()["troubles"] == []
    assert httpx.get(f"{platform.responders}/healthz").status_code == 200
