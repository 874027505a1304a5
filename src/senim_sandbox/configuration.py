"""Where the sandbox listens, what it believes and where Senim keeps the keys it lends to the sandbox."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Configuration:
    """Read from the same variables as Senim reads. Port 0 takes any free port."""

    home: Path = Path(".senim")
    bind: str = "127.0.0.1"
    port: int = 8090
    smsc_port: int = 2775
    smsc_second_port: int = 2776
    smtp_port: int = 2525
    smsc_system_id: str = "senim"
    smsc_second_system_id: str = "senim"
    seed: str = "senim"
    lan_address: str = ""
    """Where phones in the same network reach this machine; empty means nobody but this machine may."""
    portal_port: int = 8000
    portal_host: str = "localhost"
    desk_port: int = 8003
    partners_port: int = 8002
    partners_host: str = "localhost"
    handed: Mapping[str, str] | None = field(default=None, repr=False)
    """The secrets Senim shares with the sandbox, where whoever started it handed them over."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Configuration":
        read = environment.get
        return cls(
            home=Path(read("SENIM_HOME", ".senim")),
            bind=read("SENIM_BIND", cls.bind),
            port=int(read("SENIM_SANDBOX_PORT", cls.port)),
            smsc_port=int(read("SENIM_SMSC_PORT", cls.smsc_port)),
            smsc_second_port=int(read("SENIM_SMSC_SECOND_PORT", cls.smsc_second_port)),
            smtp_port=int(read("SENIM_SMTP_PORT", cls.smtp_port)),
            smsc_system_id=read("SENIM_SMSC_SYSTEM_ID", cls.smsc_system_id),
            smsc_second_system_id=read("SENIM_SMSC_SECOND_SYSTEM_ID", cls.smsc_second_system_id),
            seed=read("SENIM_SANDBOX_SEED", cls.seed),
            lan_address=read("SENIM_LAN_ADDRESS", cls.lan_address),
            portal_port=int(read("SENIM_PORTAL_PORT", cls.portal_port)),
            portal_host=read("SENIM_PORTAL_HOST", cls.portal_host),
            desk_port=int(read("SENIM_DESK_PORT", cls.desk_port)),
            partners_port=int(read("SENIM_PARTNERS_PORT", cls.partners_port)),
            partners_host=read("SENIM_PARTNERS_HOST", cls.partners_host),
            handed=_handed(read("SENIM_SECRETS_FD")),
        )

    @property
    def web_address(self) -> str:
        """The pages are for phones too; messages, mail and time are for Senim alone."""
        return "0.0.0.0" if self.lan_address else self.bind  # noqa: S104 - asked for

    @property
    def partners_origin(self) -> str:
        """What the partner API calls itself, and the bank therefore signs."""
        return f"{'https' if self.lan_address else 'http'}://{self.partners_host}:{self.partners_port}"

    @property
    def partners_reached_at(self) -> str:
        """Where the bank connects to: this machine need not have the address that phones know it by."""
        return f"https://127.0.0.1:{self.partners_port}" if self.lan_address else self.partners_origin

    @property
    def pages_origin(self) -> str:
        """Where people's browsers find the pages."""
        return f"http://{self.lan_address or 'localhost'}:{self.port}"

    @property
    def portal_origin(self) -> str:
        """Where people's browsers find the portal."""
        if self.lan_address:
            return f"https://{self.lan_address}:{self.portal_port}"
        return f"http://{self.portal_host}:{self.portal_port}"

    def may_return(self, address: str) -> bool:
        """Does the address lead to the portal, or to one of the sandbox's own pages?"""
        portals = {f"http://{host}:{self.portal_port}" for host in (self.portal_host, "127.0.0.1")}
        ours = {self.pages_origin, f"https://{self.lan_address}:{self.portal_port}"}
        try:
            asked = urlsplit(address)
        except ValueError:  # no address at all
            return False
        return f"{asked.scheme}://{asked.netloc}" in portals | ours and not asked.fragment

    def secret(self, name: str) -> str:
        """A secret the sandbox shares with Senim; empty where the instance has none."""
        if self.handed is not None:
            return self.handed.get(name, "")
        try:
            return (self.home / "secrets" / name).read_text(encoding="utf-8").strip()
        except OSError:
            return ""


def _handed(descriptor: str | None) -> dict[str, str] | None:
    """Read once: the descriptor is closed."""
    if descriptor is None:
        return None
    with os.fdopen(int(descriptor), encoding="utf-8") as pipe:
        return dict(json.load(pipe))
