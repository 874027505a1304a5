"""The secrets of an instance: one file each in ``<home>/secrets/``, mode 0600, made at first start.

They are the supervisor's: a process is handed its own over a descriptor (``handing``).

A secret is never overwritten: losing one loses what it protects. Files that exist are left as they are, so an
operator may put their own there first.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from senim.runtime.database.grants import ROLES

DATABASE_ROLES = tuple(f"database-{name}" for name in ROLES)
SECRETS = (
    "django-portal",
    "django-desk",
    "database",
    "database-superuser",
    *DATABASE_ROLES,
    "outbox",
    "archive",
    "otp",
    "short-code",
    "code-digest",
    "journal-mac",
    "passphrase-authority",
    "passphrase-responders",
    "passphrase-sequencer",
    "smsc",
    "smsc-second",
    "identification",
    "lan-tls",
)
SECRET_BYTES = 32
GENERATED = "generated.json"
"""Which secrets we made ourselves, by their digests: production wants them given (``production``)."""
SHORTER = {"smsc": 4, "smsc-second": 4}
"""SMPP 3.4 §5.2.2: a password has at most eight characters."""


def make_missing(home: Path, names: Iterable[str] = SECRETS) -> list[str]:
    """Make every secret that is not there yet; returns the names of those made."""
    folder = home / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    made = [name for name in names if _make(folder / name)]
    if made:
        known = _digests(home) | {name: _digest(folder / name) for name in made}
        write_private(folder / GENERATED, json.dumps(known, indent=2))
    return made


def generated(home: Path) -> set[str]:
    """The secrets that are still what we made at first start; none where this user may not look."""
    return {name for name, digest in _digests(home).items() if _digest(home / "secrets" / name) == digest}


def _digests(home: Path) -> dict[str, str]:
    try:
        return dict(json.loads((home / "secrets" / GENERATED).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _digest(file: Path) -> str:
    """Lies beside the secret under the same mode; it tells nobody more than the secret does."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _make(file: Path) -> bool:
    if file.exists():
        return False
    write_private(file, f"{secrets.token_hex(SHORTER.get(file.name, SECRET_BYTES))}\n")
    return True


def write_private(file: Path, text: str) -> None:
    """Write a file only its owner reads, whole or not at all: a crash leaves no half secret behind."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(file)
