"""The log's name, its key, and the checkpoint kept in a file beside the database."""

import os
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from senim.settings import settings


def origin() -> str:
    return settings.journal_origin or f"{settings.portal_host}/senim/journal"


def signing_key(passphrase: str) -> Ed25519PrivateKey:
    pem = (settings.home / "keys" / "journal.key").read_bytes()
    return cast("Ed25519PrivateKey", load_pem_private_key(pem, passphrase.encode()))


def public_key() -> Ed25519PublicKey:
    pem = (settings.home / "certificates" / "journal.pub").read_bytes()
    return cast("Ed25519PublicKey", load_pem_public_key(pem))


def checkpoint_file() -> Path:
    return settings.home / "journal" / "checkpoint"


def write_checkpoint(signed: str) -> None:
    """The whole note or none of it."""
    file = checkpoint_file()
    file.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(signed, encoding="utf-8")
    os.replace(fresh, file)
