"""A PostgreSQL server of somebody else, named in ``SENIM_DATABASE_URL``: is it one that Senim can use?

Asked before anything starts, so that the answer is one sentence and not a page of errors of every process.
"""

from typing import Any

import psycopg

from senim.runtime.database.postgres import CannotRun

OLDEST = 15
NEEDED_ENCODING = "UTF8"
ANSWER_WITHIN = 5


def refuse_unfit(url: str) -> None:
    """Raises CannotRun with what is wrong and what to do; no password is in it."""
    with _connected(url) as server:
        place, version = place_of(server), server.info.server_version // 10000
        if version < OLDEST:
            raise CannotRun(
                f"PostgreSQL {version} answers at {place}, and Senim needs {OLDEST} or newer. "
                "Upgrade that server, or name another in SENIM_DATABASE_URL."
            )
        encoding = server.info.parameter_status("server_encoding")
        if encoding != NEEDED_ENCODING:
            raise CannotRun(
                f"The database at {place} is encoded in {encoding}, which has no room for Kazakh names. "
                "Create one with ENCODING 'UTF8' and name it in SENIM_DATABASE_URL."
            )


def _connected(url: str) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(url, connect_timeout=ANSWER_WITHIN)
    except psycopg.Error as failed:
        reason = str(failed).strip().split("\n")[-1] or type(failed).__name__
        raise CannotRun(
            f"The database that SENIM_DATABASE_URL names does not let us in: {reason} "
            "Start that server, or correct the address; without the variable Senim runs a server of its own."
        ) from failed


def place_of(server: psycopg.Connection[Any]) -> str:
    return f"{server.info.host}:{server.info.port}/{server.info.dbname}"
