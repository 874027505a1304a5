"""The one process of the sandbox: HTTP, SMPP, SMTP and SNTP on one loop.

It ends with whoever started it, on SIGTERM and on SIGINT. It keeps nothing: a restart is an empty world.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import uvicorn

from senim_sandbox.bank.app import Bank
from senim_sandbox.clock import Clock
from senim_sandbox.configuration import Configuration
from senim_sandbox.faults import Faults, Mode
from senim_sandbox.http import application
from senim_sandbox.identification.endpoints import Identification
from senim_sandbox.key_files import KeyFiles
from senim_sandbox.mail import Mailboxes, Postman
from senim_sandbox.registries.endpoints import Registries
from senim_sandbox.registries.signing import OwnerKey
from senim_sandbox.registries.subscribers import Subscribers
from senim_sandbox.sms.centre import Centre, Provider
from senim_sandbox.sms.phones import Phones
from senim_sandbox.sms.sessions import Sessions
from senim_sandbox.society import Society
from senim_sandbox.time_source import TimeSource
from senim_sandbox.witness.endpoints import Witness

PARENT_WATCHED_EVERY_SECONDS = 0.5
LARGEST_SMTP_BACKLOG = 100


class World:
    """Everything that exists out there, and the sockets one reaches it by."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.society = Society(configuration.seed)
        self.key_files = KeyFiles(configuration.home)
        self.faults, self.clock = Faults(), Clock()
        self.phones, self.mailboxes = Phones(), Mailboxes()
        self.centre = self._centre("sms", "smsc", configuration.smsc_system_id)
        self.second_centre = self._centre("sms-second", "smsc-second", configuration.smsc_second_system_id)
        self.sessions = {
            "sms": Sessions(self.centre),
            "sms-second": Sessions(self.second_centre),
        }
        self.postman = Postman(self.mailboxes, self.faults, self.clock)
        self.time_source = TimeSource(self.clock, self.faults)
        owner = OwnerKey(configuration.home)
        self.identification = Identification(configuration, self.society, self.faults, owner, self.clock)
        self.subscribers = Subscribers(self.society, self.clock)
        self.registries = Registries(self.society, self.subscribers, self.faults, owner, self.clock)
        self.witness = Witness(configuration.home, self.faults)
        self.bank = Bank(configuration, self.society, self.clock)

    def _centre(self, service: str, secret: str, system_id: str) -> Centre:
        password = partial(self.configuration.secret, secret)
        provider = Provider(service, system_id, password)
        return Centre(provider, self.faults, self.phones, self.clock)

    def put_fault(self, service: str, mode: str, seconds: float = 3.0) -> None:
        """From here on the service is so. Raises WrongFault."""
        self.faults.put(service, mode, seconds)
        if service in self.sessions and self.faults.of(service).mode is Mode.DOWN:
            self.sessions[service].drop()

    def reset(self) -> None:
        """As the seed made it: every message, mail and fault forgotten, the clock right, phones on."""
        self.faults.clear()
        self.clock.move(timedelta())
        self.postman.clear()
        self.centre.clear()
        self.second_centre.clear()
        self.subscribers.clear()
        self.phones.clear()
        self.mailboxes.clear()
        self.bank.customers.clear()
        self.identification.clear()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen on every port for the length of the block. Raises OSError if a port is taken.

        The time source shares the web's number: one is UDP, the other TCP.
        """
        own = self.configuration
        web = socket.create_server((own.web_address, own.port), backlog=LARGEST_SMTP_BACKLOG)
        ports = {"sms": own.smsc_port, "sms-second": own.smsc_second_port}
        centres = [
            await asyncio.start_server(self.sessions[service].accept, own.bind, port)
            for service, port in ports.items()
        ]
        loop = asyncio.get_running_loop()
        smtp = await loop.create_server(self.postman.protocol, own.bind, own.smtp_port)
        await loop.create_datagram_endpoint(lambda: self.time_source, (own.bind, own.port))
        server = _Server(
            uvicorn.Config(application(self), log_level="warning", access_log=False, lifespan="off")
        )
        serving = asyncio.create_task(server.serve(sockets=[web]))
        try:
            yield
        finally:
            server.should_exit = True
            for listening in centres:
                listening.close()
            smtp.close()
            for sessions in self.sessions.values():
                await sessions.close()
            await self.centre.close()
            await self.second_centre.close()
            await self.postman.close()
            await self.time_source.close()
            await serving


class _Server(uvicorn.Server):
    """Leaves signals alone: they end the whole world, not the web server only."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run(configuration: Configuration) -> None:
    """Serve until told to stop or left alone."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    watch = asyncio.create_task(_watch_parent(os.getppid(), stop))
    async with World(configuration).open():
        _say("ready", port=configuration.port, smsc=configuration.smsc_port, smtp=configuration.smtp_port)
        await stop.wait()
    watch.cancel()
    _say("stopped")


async def _watch_parent(parent: int, stop: asyncio.Event) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110 - the kernel tells nobody portably
        await asyncio.sleep(PARENT_WATCHED_EVERY_SECONDS)
    stop.set()


def _say(event: str, **facts: object) -> None:
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "process": "sandbox", "event": event}
    print(json.dumps({**line, **facts}), flush=True)


def main() -> None:
    """Run the sandbox as the environment says. A taken port is said in one line."""
    configuration = Configuration.from_environment()
    try:
        asyncio.run(run(configuration))
    except OSError as taken:
        _say("refused to start", level="error", problem=str(taken))
        raise SystemExit(1) from taken


if __name__ == "__main__":
    main()
