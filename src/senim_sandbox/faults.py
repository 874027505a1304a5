"""What is wrong with the world today: each service can be slow, down, or answer wrongly."""

import asyncio
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

LONGEST_WAIT_SECONDS = 120.0


class Mode(StrEnum):
    """``SLOW`` answers after the fault's seconds; the other wrong ones say how the answer is wrong."""

    OK = "ok"
    SLOW = "slow"
    DOWN = "down"
    THROTTLED = "throttled"
    UNSIGNED = "unsigned"
    TAMPERED = "tampered"
    FOREIGN = "foreign"
    STALE = "stale"
    OTHER = "other"
    GARBAGE = "garbage"


_EVERY = (Mode.OK, Mode.SLOW, Mode.DOWN)
_REGISTRY = (*_EVERY, Mode.UNSIGNED, Mode.TAMPERED, Mode.FOREIGN, Mode.STALE, Mode.OTHER, Mode.GARBAGE)

SERVICES: dict[str, tuple[Mode, ...]] = {
    "gbdfl": _REGISTRY,
    "gbdul": _REGISTRY,
    "documents": _REGISTRY,
    "civil-status": _REGISTRY,
    "sms": (*_EVERY, Mode.THROTTLED),
    "mail": _EVERY,
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
        if not 0 <= seconds <= LONGEST_WAIT_SECONDS:
            raise WrongFault(f"seconds must be from 0 to {LONGEST_WAIT_SECONDS:.0f}")
        self._of[service] = Fault(Mode(mode), seconds if mode == Mode.SLOW else 0.0)

    def clear(self) -> None:
        self._of.clear()

    async def endure(self, service: str) -> Mode:
        """Wait if the service is slow; say how it is."""
        fault = self.of(service)
        if fault.mode is Mode.SLOW:
            await asyncio.sleep(fault.seconds)
        return fault.mode

    def as_json(self) -> dict[str, dict[str, Any]]:
        return {service: {**asdict(self.of(service)), "modes": modes} for service, modes in SERVICES.items()}
