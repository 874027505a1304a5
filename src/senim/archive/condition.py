"""Whether bodies are still what their digests on record say. The database compares: nothing is unsealed."""

from dataclasses import dataclass

from django.db import connection

SAMPLE = 500

_WRONG = "sealed IS NOT NULL AND sha256(sealed) <> digest"
_OF = "coalesce(nullif(number, ''), reference)"
_ALL = f"SELECT {_OF}, id::text FROM archive_paper WHERE {_WRONG} ORDER BY 1"  # noqa: S608
_SOME = f"""
SELECT {_OF}, id::text FROM (
    (SELECT * FROM archive_paper ORDER BY accepted_at DESC LIMIT %s)
    UNION ALL (SELECT * FROM archive_paper WHERE id >= gen_random_uuid() ORDER BY id LIMIT %s)
) looked_at WHERE {_WRONG} ORDER BY 1
"""  # noqa: S608


@dataclass(frozen=True)
class Damaged:
    """A paper whose body is not what was put away. ``number`` is that of its case, or the case's reference
    where it has none.
    """

    number: str
    paper_id: str


def unlike_their_digests(*, all_of_them: bool) -> list[Damaged]:
    """Of all, or of the newest and as many at random, which takes no time."""
    with connection.cursor() as cursor:
        cursor.execute(*((_ALL,) if all_of_them else (_SOME, [SAMPLE, SAMPLE])))
        return list(dict.fromkeys(Damaged(*row) for row in cursor.fetchall()))


def count() -> int:
    """How many bodies there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM archive_paper WHERE sealed IS NOT NULL")
        return int(cursor.fetchone()[0])
