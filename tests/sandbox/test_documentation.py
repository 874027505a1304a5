"""docs/sandbox.md is kept in step: each address stands in its table, each fault is told, examples work."""

import re
import shlex
from pathlib import Path

import httpx
import pytest
from tests.world import RunningWorld

from senim_sandbox.configuration import Configuration
from senim_sandbox.faults import SERVICES, Mode
from senim_sandbox.http import application
from senim_sandbox.outcomes import DOCUMENT, ORDER, PHONE, SIGN_IN
from senim_sandbox.pages.pages import Pages
from senim_sandbox.world import World

PAGE = (Path(__file__).parent.parent.parent / "docs" / "sandbox.md").read_text(encoding="utf-8")
EVERY_SERVICE = "every service"


def rows(header: str) -> list[list[str]]:
    """The cells of the table whose header begins so, the header left out."""
    table = PAGE.split(header, 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.split("\n")[2:] if line]


def examples() -> list[list[str]]:
    console = PAGE.split("```console\n", 1)[1].split("```", 1)[0]
    return [shlex.split(line.removeprefix("$ ")) for line in console.strip().splitlines()]


def test_every_address_that_is_no_page_is_in_the_table() -> None:
    world = World(Configuration())
    pages = {route.path for route in Pages(world).routes()}
    served = {
        (method, route.path)
        for route in application(world).routes
        if route.path not in pages
        for method in route.methods - {"HEAD"}
    }
    documented = {(method, address.strip("`")) for method, address, _ in rows("| method | address | what |")}
    assert documented == served


def test_every_fault_of_every_service_is_explained() -> None:
    explained: set[tuple[str, str]] = set()
    for services, mode, meaning in rows("| service | mode | what happens |"):
        assert meaning
        named = list(SERVICES) if services == EVERY_SERVICE else re.findall(r"`([^`]+)`", services)
        explained |= {(service, mode.strip("`")) for service in named}
    assert explained == {(service, str(mode)) for service, modes in SERVICES.items() for mode in modes}


def test_every_outcome_is_named() -> None:
    section = PAGE.split("| outcome of | values |", 1)[1].split("\n\n", 1)[0]
    assert all(f"`{word}`" in section for word in {*ORDER, *SIGN_IN, *PHONE, *DOCUMENT} - {"shown"})


@pytest.mark.parametrize("example", examples(), ids=lambda words: " ".join(words[1:4])[-60:])
@pytest.mark.usefixtures("ceremony_performed")
def test_every_example_works(world: RunningWorld, example: list[str]) -> None:
    words = iter(example[1:])
    method, address, body = "GET", "", None
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-d":
            body = next(words)
        else:
            address = word
    path = address.removeprefix("http://localhost:8090")
    assert path != address
    answer = httpx.request(method, f"{world.url}{path}", content=body)
    assert answer.status_code == 200, answer.text
    assert answer.json() is not None


def test_ok_is_the_first_mode_of_every_service() -> None:
    """Pages show the modes in this order, and a service that is well first."""
    assert all(modes[0] is Mode.OK for modes in SERVICES.values())
