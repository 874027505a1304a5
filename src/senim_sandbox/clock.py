"""The sandbox's own clock, which may be moved: what registries, receipts and the time source go by."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

CIVIL_TIME = ZoneInfo("Asia/Almaty")
FURTHEST = timedelta(days=20_000)


class WrongTime(ValueError):
    """Further away than anybody needs to look."""


class Clock:
    """Runs as fast as any other, ahead of the machine's by so much, or behind it."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._moved = asyncio.Event()

    @property
    def ahead(self) -> timedelta:
        return self._ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move(self, ahead: timedelta) -> None:
        """From here on be so much ahead of the machine. Raises WrongTime."""
        if abs(ahead) > FURTHEST:
            raise WrongTime(f"at most {FURTHEST.days} days from now")
        self._ahead = ahead
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def wait_until(self, moment: datetime) -> None:
        """Return once it is so late, by running or by being moved."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            try:
                await asyncio.wait_for(self._moved.wait(), left)
            except TimeoutError:
                continue
