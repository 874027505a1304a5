"""One program and one token for the tests of a module; each test sets the window anew."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.softhsm import folder_of_tokens, make
from tests.token.program import Page, Running, Window, running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where SoftHSM2 has its tokens; "ours" is one."""
    place = tmp_path_factory.mktemp("token")
    with pytest.MonkeyPatch.context() as monkeypatch, folder_of_tokens(place, monkeypatch) as made:
        make("ours")
        yield made


@pytest.fixture(scope="module")
def program_running(folder: Path, free_ports: Callable[[int], list[int]]) -> Iterator[Running]:
    (port,) = free_ports(1)
    window = Window(folder.parent / "window")
    with running(folder.parent, port, window=window) as program:
        yield program


@pytest.fixture
def program(program_running: Running) -> Running:
    program_running.window.will()
    return program_running


@pytest.fixture
def page(program: Running) -> Iterator[Page]:
    with program.page() as page:
        yield page
