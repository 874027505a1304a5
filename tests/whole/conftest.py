"""The fixture ``platform``: one whole platform for this folder's tests, for each xdist worker of a run."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.whole.platform import PORTS, Platform

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.whole)


@pytest.fixture(scope="session")
def new_platform(free_ports: Callable[[int], list[int]]) -> Iterator[Callable[..., Platform]]:
    """Make a platform in a new home, not started yet; stopped and removed at the end of the session."""
    made: list[Platform] = []

    def make(**settings: str) -> Platform:
        home = Path(tempfile.mkdtemp(prefix="senim-whole-"))
        made.append(Platform(home, dict(zip(PORTS, free_ports(len(PORTS)), strict=True)), **settings))
        return made[-1]

    yield make
    for platform in made:
        platform.stop()
        shutil.rmtree(platform.home, ignore_errors=True)


@pytest.fixture(scope="session")
def platform_running(new_platform: Callable[..., Platform]) -> Platform:
    """These tests order again and again for one person, which citizens may not."""
    platform = new_platform(SENIM_ORDERS_PER_IIN_PER_HOUR="1000", SENIM_ORDERS_PER_NETWORK_PER_HOUR="1000")
    platform.start()
    platform.wait_until_ready()
    return platform


@pytest.fixture
def platform(platform_running: Platform) -> Platform:
    """The platform, ready, in a world that is well and has forgotten every message."""
    platform_running.wait_until_ready()
    platform_running.well()
    return platform_running
