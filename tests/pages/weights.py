"""What a first visit may weigh: 256 kbit/s is enough (CA-20.2), three seconds for a first page."""

import json
from pathlib import Path

BUDGET = 100_000
KEYS = 135_000, "the library that makes and uses keys comes while the person reads; the page works before"
ALLOWED: dict[str, tuple[int, str]] = {
    "order-keys": KEYS,
    "order-result": KEYS,
    "sign-in": KEYS,
    "phone-sign": KEYS,
    "certificate-revoke-sign": KEYS,
    "organisation-certificate-revoke": KEYS,
    "register-prove": KEYS,
    "reissue-keys": KEYS,
    "reissue-sign": KEYS,
    "confirm": KEYS,
    "confirm-revocation": KEYS,
    "countersign": KEYS,
    "counter-sign-in": KEYS,
    "counter-confirm": KEYS,
    "counter-countersign": KEYS,
    "operator-order": KEYS,
    "official-sign-in": KEYS,
    "system-decide": KEYS,
    "system-resume": KEYS,
    "system-sign": KEYS,
    "unfreeze": KEYS,
}
"""Pages that may weigh more, and why (docs/decisions/0020-weight-of-pages.md)."""
FOLDER = Path(__file__).parent.parent.parent / "screenshots" / "weights"


def limit_of(route: str) -> int:
    return ALLOWED[route][0] if route in ALLOWED else BUDGET


def too_heavy(route: str, received: int) -> list[str]:
    limit = limit_of(route)
    return [f"the first visit weighs {received} bytes, {limit} are allowed"] if received > limit else []


def keep(door: str, route: str, received: int) -> None:
    """For ``python -m tools.page_weights``, which writes docs/page-weights.md."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    facts = {"door": door, "route": route, "received": received, "limit": limit_of(route)}
    (FOLDER / f"{door}-{route}.json").write_text(json.dumps(facts), encoding="utf-8")
