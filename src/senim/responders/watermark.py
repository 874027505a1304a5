"""Is the database ahead of the status files? The responders' one question to a database.

Asked beside the requests, never within one. A database that cannot be asked changes nothing: the files rule
until their nextUpdate. The only module here that speaks to a database; its role needs to read one view.
"""

import asyncio
import logging
from dataclasses import dataclass

import psycopg

ASKED = "SELECT generation, waiting_seconds FROM certification_watermark"
ASK_EVERY_SECONDS = 1.0
ANSWER_WITHIN_SECONDS = 3.0
AHEAD_AT_MOST_SECONDS = 5.0

log = logging.getLogger("senim.responders")


@dataclass(frozen=True)
class Mark:
    """The newest generation on record, and for how long the oldest change waits that is in none."""

    generation: int
    waiting_seconds: float


@dataclass
class Lag:
    """What was last known. ``too_long``: the files lack what the database has had for over five seconds."""

    too_long: bool = False
    _missing: int = 0
    _missing_since: float = 0.0

    def judge(self, mark: Mark, *, shown: int, now: float) -> None:
        """``shown`` was read after ``mark``, so a generation recorded a moment ago is no alarm."""
        if shown >= self._missing:
            self._missing, self._missing_since = (
                (mark.generation, now) if mark.generation > shown else (0, 0.0)
            )
        missing_for = now - self._missing_since if self._missing else 0.0
        before, self.too_long = self.too_long, max(missing_for, mark.waiting_seconds) > AHEAD_AT_MOST_SECONDS
        if self.too_long and not before:
            log.error("the database is ahead of the status files; answers are tryLater until they catch up")
        elif before and not self.too_long:
            log.info("the status files have caught up with the database")


class Database:
    """A connection that is made anew whenever it was lost."""

    def __init__(self, url: str, *, password: str = "") -> None:
        self._url, self._password = url, password or None
        self._connection: psycopg.AsyncConnection[tuple[int, float]] | None = None
        self._silent = False

    async def mark(self) -> Mark | None:
        """None while the database cannot be asked."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
                found = await self._ask()
        except (psycopg.Error, OSError) as reason:
            await self._lost(reason)
            return None
        if self._silent:
            self._silent = False
            log.info("the database answers again")
        return found

    async def _ask(self) -> Mark:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url, password=self._password, autocommit=True
            )
        row = await (await self._connection.execute(ASKED)).fetchone()
        if row is None:
            raise psycopg.DataError("a watermark is one row")
        return Mark(*row)

    async def _lost(self, reason: Exception) -> None:
        if not self._silent:
            self._silent = True
            log.warning(
                "the database cannot be asked how far it is (%s); the files rule", type(reason).__name__
            )
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()
