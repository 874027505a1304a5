"""How sure it is who is behind a session: acr, amr and auth_time (OpenID Connect Core §2, RFC 8176)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from senim.accounts.methods import Method, acr_of, amr_of


@dataclass(frozen=True)
class Authentication:
    """What all ways of signing in of one session come to. ``at`` is the latest of them."""

    acr: str
    amr: tuple[str, ...]
    at: datetime


def of_steps(steps: Iterable[Mapping[str, Any]]) -> Authentication | None:
    """A step is a way of signing in and its time, as sessions keep them; None where there was none."""
    taken = list(steps)
    if not taken:
        return None
    methods = [Method(step["method"]) for step in taken]
    leaves = any(step.get("synced") for step in taken)
    latest = max(datetime.fromisoformat(step["at"]) for step in taken)
    return Authentication(acr_of(methods), amr_of(methods, synced=leaves), latest)
