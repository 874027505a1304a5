"""Django's PostgreSQL backend, but that a server which says nothing is waited for so long and no longer.

libpq waits for an answer as long as the connection stands, and that of a frozen server does. A request would
wait with it, and soon every thread of a door. What the server itself ends in time (``statement_timeout``) it
still ends itself; this is for one that cannot. ``DATABASES[…]["ANSWERS_WITHIN"]`` is in seconds; without it
everything is as Django has it.
"""

import select
import time
from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

LEFT_ALONE_FOR_SECONDS = 2.0
Answer = TypeVar("Answer")


class Silence:
    """After somebody waited in vain, others are told at once for a moment: they would wait in vain, too."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self) -> None:
        self._until = time.monotonic() + LEFT_ALONE_FOR_SECONDS

    def refuse(self) -> None:
        """Raises psycopg.OperationalError."""
        if time.monotonic() < self._until:
            raise psycopg.OperationalError("the server did not answer a moment ago")


SILENCE = Silence()


class Connection(psycopg.Connection[Any]):
    """Closed once an answer takes longer than ``within`` seconds: nobody knows how far the server came."""

    within: float

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None) -> Answer:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        began = time.monotonic()
        try:
            return super().wait(gen, interval, self.within)
        except psycopg.OperationalError as problem:
            if time.monotonic() - began < self.within:
                raise
            SILENCE.begin()
            self.pgconn.finish()
            raise psycopg.OperationalError("the server does not answer") from problem


def opened(*, within: float, **parameters: Any) -> Connection:
    """Raises psycopg.OperationalError."""
    SILENCE.refuse()
    try:
        connection = Connection.connect(**parameters)
    except psycopg.errors.ConnectionTimeout:
        SILENCE.begin()
        raise
    connection.within = within
    return connection


class DatabaseWrapper(base.DatabaseWrapper):
    """The name by which Django looks for it."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        within = self.settings_dict.get("ANSWERS_WITHIN")
        if within is None:
            return super().get_new_connection(conn_params)
        self.isolation_level = IsolationLevel.READ_COMMITTED
        return opened(within=within, **conn_params)

    def is_usable(self) -> bool:
        """Asked before the first statement of every request. A server that left has closed its end, which is
        seen here; only where it said something unasked is it asked."""
        if self.connection is None or self.connection.closed:
            return False
        at_rest = self.connection.info.transaction_status is TransactionStatus.IDLE
        quiet = at_rest and not _said_something(self.connection.fileno())
        return quiet or bool(super().is_usable())


def _said_something(socket: int) -> bool:
    """Also of one that was closed at the other end."""
    waiting = select.poll()
    waiting.register(socket, select.POLLIN)
    return bool(waiting.poll(0))
