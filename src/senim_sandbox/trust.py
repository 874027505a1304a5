"""The authority a phone has to trust before it opens the portal; Senim makes it for ``senim up --lan``."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Authority:
    """Its certificate, DER."""

    certificate: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 in pairs, as phones and the terminal show it."""
        return hashlib.sha256(self.certificate).digest().hex(":").upper()


def authority(home: Path) -> Authority | None:
    """None where the instance is not open to phones."""
    try:
        return Authority((home / "lan" / "authority.cer").read_bytes())
    except OSError:
        return None
