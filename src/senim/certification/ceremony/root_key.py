"""The root key: in a folder of its own, opened only while root or issuing authority are being made, and for
the root's lists.

Its passphrase is typed, or made here and kept beside the key for as long as the ceremony is not finished: cut
off in between, it must go on. Then it is handed over to people, and this machine forgets it (decision 24).
"""

import secrets
from pathlib import Path

from senim.certification.ceremony.certify import certificate_path, write_whole
from senim.settings import settings

LABEL = "root"
PASSPHRASE_BYTES = 32


class RootKeyNeeded(RuntimeError):
    """The key or its passphrase is where it belongs: not here. The message says what to bring."""


def key_file() -> Path:
    return settings.root / f"{LABEL}.key"


def passphrase_file() -> Path:
    return settings.root / "passphrase"


def list_file() -> Path:
    return certificate_path(LABEL).with_suffix(".crl")


def is_certified() -> bool:
    """Root and issuing authority are certified and the first list is signed: the root key may go."""
    made = (certificate_path(LABEL), certificate_path("issuing"), list_file())
    return all(file.exists() for file in made)


def passphrase(typed: str | None) -> str:
    """What opens the root key, or will: typed, waiting here, or made now. Raises RootKeyNeeded.

    A root that has a certificate is never replaced because its key was carried away.
    """
    if certificate_path(LABEL).exists() and not key_file().exists():
        raise RootKeyNeeded(
            f"the root key is not in {settings.root}: bring it, or name its folder in SENIM_ROOT_FOLDER"
        )
    if typed is not None:
        return typed
    if key_file().exists() and not passphrase_file().exists():
        raise RootKeyNeeded("the root key needs its passphrase: add --type-passphrase or --passphrase-file")
    if not passphrase_file().exists():
        write_whole(passphrase_file(), secrets.token_hex(PASSPHRASE_BYTES).encode(), private=True)
    return passphrase_file().read_text(encoding="utf-8").strip()


def hand_over() -> str | None:
    """The passphrase, for somebody's eyes, and forgotten here; None where there is none to hand over."""
    file = passphrase_file()
    if not (is_certified() and file.exists()):
        return None
    said = file.read_text(encoding="utf-8").strip()
    file.unlink()
    return said
