"""Time-stamp tokens on their way to the journal: one small file each, from before a token is given away until
it is journalled.

``<home>/time_stamps/<serial number>.json``. The responders write, the authority's process reads and removes.
No Django here: responders import this module.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

AT_MOST_BYTES = 1024
DIGEST_BYTES = 32
DRAFTS_ARE_OLD_AFTER = 60.0
"""Seconds. A draft this old was left by a process that ended; its token was never given away."""
NAME = re.compile(r"[0-9a-f]{40}\.json")


class NotSpooled(ValueError):
    """A file in the spool that no responder wrote."""


@dataclass(frozen=True)
class Token:
    """What is kept of a token: enough to recognise it, nothing of what was stamped."""

    serial_number: int
    gen_time: datetime
    digest: bytes

    @property
    def name(self) -> str:
        return f"{self.serial_number:040x}.json"


def put(folder: Path, token: Token) -> None:
    """On disk when this returns, whole. Raises OSError: no room, or a serial number that is there already."""
    said = {"gen_time": token.gen_time.isoformat(), "digest": token.digest.hex()}
    draft = folder / f".{token.name}.{os.getpid()}"
    try:
        with draft.open("xb") as file:
            file.write(json.dumps(said).encode())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, folder / token.name)  # unlike rename, refuses to replace
    finally:
        draft.unlink(missing_ok=True)
    _settle(folder)


def waiting(folder: Path, *, at_most: int) -> Iterator[Path]:
    """Files to journal, in no order."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        names = (entry.name for entry in entries if NAME.fullmatch(entry.name))
        for _, name in zip(range(at_most), names, strict=False):
            yield folder / name


def read(file: Path) -> Token:
    """Raises NotSpooled, OSError."""
    with file.open("rb") as content:
        text = content.read(AT_MOST_BYTES + 1)
    try:
        said = json.loads(text)
        digest, gen_time = bytes.fromhex(said["digest"]), datetime.fromisoformat(said["gen_time"])
    except (ValueError, TypeError, KeyError) as wrong:
        raise NotSpooled(f"{file.name} is no token's") from wrong
    if len(text) > AT_MOST_BYTES or len(digest) != DIGEST_BYTES or gen_time.tzinfo is None:
        raise NotSpooled(f"{file.name} is no token's")
    return Token(int(file.stem, 16), gen_time, digest)


def set_aside(file: Path) -> None:
    """Kept for whoever looks into it, not read again."""
    file.rename(file.with_suffix(".aside"))


def clear_drafts(folder: Path) -> None:
    """Make the folder where it is missing, and remove what a process that died left half written."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for draft in folder.glob(".*.json.*"):
        with suppress(FileNotFoundError):
            if time.time() - draft.stat().st_mtime > DRAFTS_ARE_OLD_AFTER:
                draft.unlink()


def _settle(folder: Path) -> None:
    """A new name lasts only once its folder is on disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
