"""What a process is handed when it starts: its database role, and exactly its secrets over one descriptor.

Nothing secret stands in an environment or in a list of arguments, which ``/proc`` shows, and no process of a
started instance has to read ``<home>/secrets/``.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from senim.runtime.database import database_roles
from senim.runtime.supervision.processes import Process
from senim.settings import SECRETS_DESCRIPTOR

LARGEST = 32_768
"""Bytes; half a pipe's buffer, so that writing never waits for a reader."""


def environment_of(process: Process, environment: Mapping[str, str]) -> dict[str, str]:
    """The supervisor's environment, with the database as this process sees it; no secret in it."""
    kept = {name: value for name, value in environment.items() if not name.startswith("PG")}
    url = kept.pop("SENIM_DATABASE_URL", "")
    if process.role and url:
        kept["SENIM_DATABASE_URL"] = database_roles.url_for(process.role, url)
    return {**kept, "SENIM_PROCESS": process.name}


def secrets_of(process: Process, *, home: Path, url: str) -> dict[str, str]:
    """The secrets of the table, and the password of the process's database role as ``database``."""
    found = {name: _read(home, name) for name in process.secrets}
    if process.role == database_roles.OWNER:
        found["database"] = database_roles.password_in(url) or _read(home, "database")
    elif process.role:
        found["database"] = _read(home, f"database-{process.role}")
    return found


def descriptor_with(secrets: Mapping[str, str]) -> int:
    """A descriptor from which they can be read once."""
    text = json.dumps(secrets).encode()
    if len(text) > LARGEST:
        raise ValueError("more secrets than a pipe holds")
    reading, writing = os.pipe()
    os.write(writing, text)
    os.close(writing)
    return reading


def told(descriptor: int) -> dict[str, str]:
    """The variable that says where to read."""
    return {SECRETS_DESCRIPTOR: str(descriptor)}


def _read(home: Path, name: str) -> str:
    return (home / "secrets" / name).read_text(encoding="utf-8").strip()
