"""Requests of the test client and jobs run with the database rights of the process that would run them.

Tests arrange and look as the owner; only what the platform itself does is done as its role. The role is taken
at the first query, so that a page without a database stays without one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, connection
from django.test import Client

from senim.runtime.database.database_roles import role_named
from senim.runtime.database.grants import ROLES
from tests.cluster import OWNER


@contextmanager
def as_process(name: str) -> Iterator[None]:
    """What is asked of the database in this block is asked with this process's rights."""
    taken: list[str] = []

    def take(execute: Callable[..., Any], query: Any, params: Any, many: bool, context: Any) -> Any:
        if not taken:
            taken.append(name)
            context["cursor"].connection.execute(f"SET ROLE {role_named(name, owner=OWNER)}")
        return execute(query, params, many, context)

    try:
        with connection.execute_wrapper(take):
            yield
    finally:
        if taken and connection.connection is not None:
            with suppress(DatabaseError, psycopg.Error):
                connection.connection.execute("RESET ROLE")


def _door() -> str:
    """The door whose addresses are served; pages made for a test are the portal's."""
    named = str(django_settings.ROOT_URLCONF).split(".")[1]
    return named if named in ROLES else "portal"


@pytest.fixture(autouse=True, scope="session")
def _requests_have_their_doors_rights() -> Iterator[None]:
    answer = Client.request

    def request(self: Client, **given: Any) -> Any:
        with as_process(_door()):
            return answer(self, **given)

    Client.request = request  # type: ignore[method-assign]
    yield
    Client.request = answer  # type: ignore[method-assign]
