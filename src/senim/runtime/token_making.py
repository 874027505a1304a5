"""Makes the SoftHSM2 tokens of a sandbox (``soft_tokens``): empty, each under the PIN of its process."""

import ctypes
import os
import secrets
import shutil
from pathlib import Path

import pkcs11
from pkcs11 import TokenFlag

from senim.certification.own_keys import HOLDERS, token_of
from senim.pki.keys import KeyAway
from senim.pki.tokens import library
from senim.runtime.soft_tokens import VARIABLE, configuration
from senim.settings import Settings

LABEL_BYTES = 32


def make_missing(settings: Settings) -> list[str]:
    """The labels of the tokens made now; none where the tokens are a device's. Raises KeyAway."""
    conf = configuration(settings.home)
    if os.environ.get(VARIABLE) != str(conf):
        return []
    _configure(conf)
    wanted = [holder for holder in sorted(set(HOLDERS.values())) if not (conf.parent / holder).exists()]
    for holder in wanted:
        _make(conf, holder, settings)
    return [token_of(holder, settings) for holder in wanted]


def _configure(conf: Path) -> None:
    conf.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    said = f"directories.tokendir = {conf.parent}\nobjectstore.backend = file\nlog.level = ERROR\n"
    conf.write_text(said, encoding="utf-8")


def _make(conf: Path, holder: str, settings: Settings) -> None:
    """In a folder beside, and moved when it is whole, to the name by which it is given to its process."""
    draft = conf.parent.with_name(".tokens.new") / conf.name
    shutil.rmtree(draft.parent, ignore_errors=True)
    _configure(draft)
    os.environ[VARIABLE] = str(draft)
    try:
        initialise(
            settings.pkcs11_module,
            label=token_of(holder, settings),
            so_pin=secrets.token_hex(),  # nobody's: a sandbox's token is made anew rather than mended
            pin=settings.secret(f"passphrase-{holder}"),
        )
    finally:
        os.environ[VARIABLE] = str(conf)
    [made] = (each for each in draft.parent.iterdir() if each.is_dir())
    made.rename(conf.parent / holder)
    shutil.rmtree(draft.parent)


def initialise(module: str, *, label: str, so_pin: str, pin: str) -> None:
    """Make a token in a free slot, as its maker's tool would. Raises KeyAway.

    Not by that tool: the PINs would stand in its argument list, which others can read.
    """
    try:
        slots = library(module, afresh=True).get_slots()
        free = next(slot for slot in slots if not slot.get_token().flags & TokenFlag.TOKEN_INITIALIZED)
        call = ctypes.CDLL(module).C_InitToken
        code = call(
            ctypes.c_ulong(free.slot_id), so_pin.encode(), ctypes.c_ulong(len(so_pin)), _padded(label)
        )
        if code != 0:
            raise KeyAway(f"token {label} cannot be made ({code:#x})")
        token = library(module, afresh=True).get_token(token_label=label)
        with token.open(rw=True, so_pin=so_pin) as session:
            session.init_pin(pin)
    except (pkcs11.PKCS11Error, StopIteration) as reason:
        raise KeyAway(f"token {label} cannot be made ({reason!r})") from reason
    library(module, afresh=True).finalize()


def _padded(label: str) -> bytes:
    """PKCS #11 v2.40 §5.5: 32 characters filled with blanks."""
    return label.encode().ljust(LABEL_BYTES)
