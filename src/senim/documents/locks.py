"""One after the other: what a person or a system does with documents, and what is done to them."""

import uuid

from django.db import connection


def lock_person(person: uuid.UUID) -> None:
    """Let the verbs of this person or system run one after the other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"documents:{person}"])
