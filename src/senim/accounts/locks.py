"""Turns: who comes second waits until the first's transaction has ended, where no row can be held, too."""

from django.db import connection


def take_turns(name: str) -> None:
    """One at a time under this name, until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
