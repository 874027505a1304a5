"""The PKCS#12 files the key ceremony made for sandbox people, with passwords that are no secret here."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class KeyFile:
    path: Path
    password: str = field(repr=False)
    profiles: str

    def as_json(self, person_id: str) -> dict[str, str]:
        return {
            "file": str(self.path),
            "address": f"/people/{person_id}.p12",
            "password": self.password,
            "profiles": self.profiles,
        }


class KeyFiles:
    """Read when asked: the ceremony may come after the sandbox."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "sandbox" / "people"

    def of_everybody(self) -> dict[str, KeyFile]:
        """By the person's id; empty before the ceremony."""
        return {
            person_id: KeyFile(path, facts["password"], facts["profiles"])
            for person_id, facts in self._passwords().items()
            if (path := self._folder / f"{person_id}.p12").is_file()
        }

    def _passwords(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self._folder / "passwords.json").read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}
