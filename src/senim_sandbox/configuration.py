"""Where the sandbox listens, what it believes and where Senim keeps the keys it lends to the sandbox."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Configuration:
    """Read from the same variables as Senim reads. Port 0 takes any free port."""

    home: Path = Path(".senim")
    bind: str = "127.0.0.1"
    port: int = 8090
    smsc_port: int = 2775
    smtp_port: int = 2525
    smsc_system_id: str = "senim"
    seed: str = "senim"
    lan_address: str = ""
    """Where phones in the same network reach this machine; empty means nobody but this machine may."""
    portal_port: int = 8000
    desk_port: int = 8003
    handed_password: str | None = None
    """The password Senim binds with, where whoever started the sandbox handed it over."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Configuration":
        read = environment.get
        return cls(
            home=Path(read("SENIM_HOME", ".senim")),
            bind=read("SENIM_BIND", cls.bind),
            port=int(read("SENIM_SANDBOX_PORT", cls.port)),
            smsc_port=int(read("SENIM_SMSC_PORT", cls.smsc_port)),
            smtp_port=int(read("SENIM_SMTP_PORT", cls.smtp_port)),
            smsc_system_id=read("SENIM_SMSC_SYSTEM_ID", cls.smsc_system_id),
            seed=read("SENIM_SANDBOX_SEED", cls.seed),
            lan_address=read("SENIM_LAN_ADDRESS", cls.lan_address),
            portal_port=int(read("SENIM_PORTAL_PORT", cls.portal_port)),
            desk_port=int(read("SENIM_DESK_PORT", cls.desk_port)),
            handed_password=_handed(read("SENIM_SECRETS_FD")),
        )

    @property
    def web_address(self) -> str:
        """The pages are for phones too; messages, mail and time are for Senim alone."""
        return "0.0.0.0" if self.lan_address else self.bind  # noqa: S104 - asked for

    def smsc_password(self) -> str:
        """The password Senim binds with; empty where the instance has none."""
        if self.handed_password is not None:
            return self.handed_password
        try:
            return (self.home / "secrets" / "smsc").read_text(encoding="utf-8").strip()
        except OSError:
            return ""


def _handed(descriptor: str | None) -> str | None:
    """Read once: the descriptor is closed."""
    if descriptor is None:
        return None
    with os.fdopen(int(descriptor), encoding="utf-8") as pipe:
        return str(json.load(pipe).get("smsc", ""))
