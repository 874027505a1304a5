"""SoftHSM2 tokens for tests: in a folder of their own, forgotten by this process afterwards."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pkcs11
import pytest

from senim.pki import tokens
from senim.runtime import soft_tokens, token_making

MODULE = next(module for module in soft_tokens.MODULES if Path(module).exists())
PIN, SO_PIN = "2011-06-24", "nobody's"


@contextmanager
def folder_of_tokens(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """SoftHSM2 keeps its tokens here for the length of the block."""
    conf = soft_tokens.configuration(folder)
    token_making._configure(conf)
    monkeypatch.setenv(soft_tokens.VARIABLE, str(conf))
    forget()
    yield conf.parent
    forget()


def forget() -> None:
    """As if this process had never heard of a token."""
    tokens._tokens.clear()
    pkcs11.unload(MODULE)


def lose_session() -> None:
    """Whatever session this process has is gone, as after a device was pulled out and put in again."""
    pkcs11.lib(MODULE).finalize()


def make(label: str, pin: str = PIN) -> None:
    token_making.initialise(MODULE, label=label, so_pin=SO_PIN, pin=pin)


@contextmanager
def pulled_out(folder: Path) -> Iterator[None]:
    """Every token is away for the length of the block."""
    aside = folder.with_name("pulled out")
    os.rename(folder, aside)
    folder.mkdir()
    shutil.copy(aside / "softhsm2.conf", folder)
    lose_session()
    yield
    shutil.rmtree(folder)
    os.rename(aside, folder)
