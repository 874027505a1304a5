"""The world outside, for tests: the sandbox's three servers in a thread, on the ports of this test session.

A test asks for the fixture ``world``, a plugin of ``tests/conftest.py``. It starts empty and well::

    world.person("aigerim").iin
    world.fault("gbdfl", "down")          # services and modes: senim_sandbox/faults.py
    world.wait_for_message("+77015550101").text
    world.mail("aigerim@mail.test")[0].links

The owning body's PKCS#12 is what ``tests/authority.py`` puts into ``<home>/sandbox``.
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import httpx
import pytest

from senim.registries.breaker import BREAKERS
from senim_sandbox.configuration import Configuration
from senim_sandbox.mail import Mail
from senim_sandbox.people import LegalEntity, Person
from senim_sandbox.sms.phones import Message
from senim_sandbox.world import World

Found = TypeVar("Found")
PATIENCE_SECONDS = 10.0


class RunningWorld:
    """A world that runs in a thread of its own."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.url = f"http://127.0.0.1:{configuration.port}"
        self._started = threading.Event()
        self._problem: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._thread.start()
        self._started.wait(PATIENCE_SECONDS)
        if self._problem is not None:
            raise self._problem

    @property
    def inside(self) -> World:
        """The world itself, which lives in another thread; for what has no address."""
        return self._world

    def person(self, person_id: str) -> Person:
        return self._world.society.by_id[person_id]

    def legal_entity(self, entity_id: str) -> LegalEntity:
        return next(one for one in self._world.society.legal_entities if one.id == entity_id)

    def messages(self, number: str) -> list[Message]:
        """What this phone received and sent, newest first."""
        return list(self._world.phones.phone(number).messages)

    def mail(self, address: str) -> list[Mail]:
        """What this mailbox received, newest first."""
        return list(self._world.mailboxes.mailbox(address).mails)

    def wait_for_message(self, number: str, count: int = 1) -> Message:
        """The newest message, once there are ``count``."""
        return self._wait(lambda: self.messages(number), count, f"a message to {number}")

    def wait_for_mail(self, address: str, count: int = 1) -> Mail:
        """The newest mail, once there are ``count``."""
        return self._wait(lambda: self.mail(address), count, f"a mail to {address}")

    def fault(self, service: str, mode: str, seconds: float = 3.0) -> None:
        """From here on the service is ``ok``, ``slow``, ``down``, or answers wrongly."""
        answer = httpx.put(f"{self.url}/faults.json", json={service: {"mode": mode, "seconds": seconds}})
        answer.raise_for_status()

    def switch(self, number: str, *, on: bool) -> None:
        """Switch a phone on or off; messages to one that is off wait until their validity ends."""
        httpx.put(f"{self.url}/phones/{number}.json", json={"on": on}).raise_for_status()

    def write(self, number: str, *, to: str, text: str) -> None:
        """The person with this phone writes an SMS to Senim."""
        body = {"to": to, "text": text}
        httpx.post(f"{self.url}/phones/{number}/messages.json", json=body).raise_for_status()

    def move_clock(self, *, ahead_seconds: float) -> None:
        """From here on the sandbox's clock is so far ahead of ours."""
        httpx.put(f"{self.url}/clock.json", json={"ahead_seconds": ahead_seconds}).raise_for_status()

    def reset(self) -> None:
        httpx.post(f"{self.url}/reset").raise_for_status()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_SECONDS)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as problem:
            self._problem = problem
            self._started.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._world = World(self.configuration)
        async with self._world.open():
            self._started.set()
            await self._stop.wait()

    def _wait(self, look: Callable[[], list[Found]], count: int, what: str) -> Found:
        until = time.monotonic() + PATIENCE_SECONDS
        while len(found := look()) < count:
            assert time.monotonic() < until, f"{what} did not arrive"
            time.sleep(0.02)
        return found[0]


@pytest.fixture(scope="session")
def world_running() -> Iterator[RunningWorld]:
    running = RunningWorld(Configuration.from_environment(os.environ))
    yield running
    running.close()


@pytest.fixture
def world(world_running: RunningWorld) -> Iterator[RunningWorld]:
    """The world, empty and well, and Senim with no bad memories of it."""
    world_running.reset()
    BREAKERS.clear()
    yield world_running
    world_running.reset()
