"""What is wrong with the world today: each service can be slow, late or down, answer twice or wrongly.

What each fault means for each service is told in ``docs/sandbox.md``.
"""

import asyncio
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

LONGEST_WAIT_SECONDS = 120.0
FURTHEST_OFF_SECONDS = 86_400.0


class Mode(StrEnum):
    """The first three every service knows. ``SLOW``, ``LATE`` and ``OFF`` go by the fault's seconds."""

    OK = "ok"
    SLOW = "slow"
    DOWN = "down"
    LATE = "late"
    DUPLICATED = "duplicated"
    THROTTLED = "throttled"
    REFUSED = "refused"
    MUTE = "mute"
    REPEATED = "repeated"
    LOST = "lost"
    UNSIGNED = "unsigned"
    TAMPERED = "tampered"
    FOREIGN = "foreign"
    STALE = "stale"
    OTHER = "other"
    GARBAGE = "garbage"
    OFF = "off"
    UNSYNCHRONISED = "unsynchronised"
    LIFELESS = "lifeless"
    UNLIKE = "unlike"
    REPLAYED = "replayed"
    UNLOCKED = "unlocked"


TIMED = frozenset({Mode.SLOW, Mode.LATE, Mode.OFF})
_EVERY = (Mode.OK, Mode.SLOW, Mode.DOWN)
_CARRIER = (*_EVERY, Mode.LATE, Mode.DUPLICATED, Mode.GARBAGE)
_WRONGLY_SIGNED = (Mode.UNSIGNED, Mode.TAMPERED, Mode.FOREIGN, Mode.STALE, Mode.OTHER)
_REGISTRY = (*_CARRIER, *_WRONGLY_SIGNED)
_UNIDENTIFIED = (Mode.LIFELESS, Mode.UNLIKE, Mode.REPLAYED, Mode.UNLOCKED)
_CENTRE = (*_CARRIER, Mode.THROTTLED, Mode.REFUSED, Mode.MUTE, Mode.REPEATED, Mode.LOST)

SERVICES: dict[str, tuple[Mode, ...]] = {
    "gbdfl": _REGISTRY,
    "gbdul": _REGISTRY,
    "documents": _REGISTRY,
    "civil-status": _REGISTRY,
    "subscribers": _REGISTRY,
    "sms": _CENTRE,
    "sms-second": _CENTRE,
    "mail": _CARRIER,
    "time": (*_EVERY, Mode.DUPLICATED, Mode.GARBAGE, Mode.OTHER, Mode.OFF, Mode.UNSYNCHRONISED),
    "identification": (*_EVERY, Mode.GARBAGE, *_WRONGLY_SIGNED, *_UNIDENTIFIED),
    "witness": (*_EVERY, Mode.TAMPERED, Mode.FOREIGN, Mode.STALE, Mode.GARBAGE),
}


class WrongFault(ValueError):
    """No such service, mode or number of seconds."""


@dataclass(frozen=True)
class Fault:
    mode: Mode = Mode.OK
    seconds: float = 0.0


class Faults:
    """The fault of every service; all are well at first."""

    def __init__(self) -> None:
        self._of: dict[str, Fault] = {}

    def of(self, service: str) -> Fault:
        return self._of.get(service, Fault())

    def put(self, service: str, mode: str, seconds: float = 3.0) -> None:
        """Raises WrongFault."""
        if mode not in SERVICES.get(service, ()):
            raise WrongFault(f"{service} cannot be {mode}")
        lowest, highest = (
            (-FURTHEST_OFF_SECONDS, FURTHEST_OFF_SECONDS) if mode == Mode.OFF else (0.0, LONGEST_WAIT_SECONDS)
        )
        if not lowest <= seconds <= highest:
            raise WrongFault(f"seconds must be from {lowest:.0f} to {highest:.0f}")
        self._of[service] = Fault(Mode(mode), seconds if mode in TIMED else 0.0)

    def clear(self) -> None:
        self._of.clear()

    async def endure(self, service: str) -> Mode:
        """Wait if the service is slow; say how it is."""
        fault = self.of(service)
        if fault.mode is Mode.SLOW:
            await asyncio.sleep(fault.seconds)
        return fault.mode

    async def delay(self, service: str) -> None:
        """Wait before something arrives, if the service is late."""
        fault = self.of(service)
        if fault.mode is Mode.LATE:
            await asyncio.sleep(fault.seconds)

    def copies(self, service: str) -> int:
        """How often one thing arrives."""
        return 2 if self.of(service).mode is Mode.DUPLICATED else 1

    def as_json(self) -> dict[str, dict[str, Any]]:
        return {service: {**asdict(self.of(service)), "modes": modes} for service, modes in SERVICES.items()}
