"""Where sessions live: 15 minutes idle and 12 hours at most (settings), and one door only.

Django asks this module for ``SessionStore``. A cookie of one door opens nothing at another: the row names
its door. The key in the cookie is not kept, only its SHA-256: who reads the table cannot take over a session.
Being seen is written at most once a minute, so a person may be signed out a minute early, never late.

Every page asks for a session and every sign-in opens one, so the statements are spelled out.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings as django_settings
from django.contrib.sessions.backends.base import CreateError
from django.contrib.sessions.backends.db import SessionStore as DBStore
from django.db import connection
from django.utils import timezone

from senim.accounts.authentication import of_steps
from senim.accounts.models import Session
from senim.settings import settings
from senim.statements import insert

SEEN_EVERY = timedelta(minutes=1)
CLOCKS_DIFFER_BY = timedelta(minutes=1)
KEY_BYTES = 24
"""Of a session's key: nobody guesses one, and nobody is given one that somebody has."""
_LOAD = """
SELECT session_key, session_data, started_at, last_seen_at FROM accounts_session
WHERE session_key = %s AND door = %s AND expire_date > %s AND started_at <= %s
"""
"""One that begins later than now was begun by a clock that was ahead, and would live for as long."""


def door() -> str:
    """The door this process serves: portal or desk."""
    return str(django_settings.ROOT_URLCONF).split(".")[1]


def ends_at(*, started_at: datetime, seen_at: datetime) -> datetime:
    return min(seen_at + settings.session_idle, started_at + settings.session_at_most)


def stored(key: str) -> str:
    """What stands for a session's key at rest. The key is random enough that a plain hash does."""
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(DBStore):
    """Django's database store with our table and our two clocks."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        at = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [stored(self.session_key or ""), door(), at, at + CLOCKS_DIFFER_BY])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        key, data, started_at, last_seen_at = row
        if at - last_seen_at >= SEEN_EVERY:
            end = ends_at(started_at=started_at, seen_at=at)
            Session.objects.filter(pk=key).update(last_seen_at=at, expire_date=end)
        return dict(self.decode(data))

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=stored(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM accounts_session WHERE session_key = %s", [stored(key)])

    def cycle_key(self) -> None:
        """The key before opens nothing from here on. The new one is made when the session is saved: its row
        is written once, where Django writes it as it was and then anew."""
        data = self._session  # type: ignore[attr-defined]
        self.delete()
        self._session_key, self._session_cache, self.modified = None, data, True

    def save(self, must_create: bool = False) -> None:
        if not must_create:
            super().save()
            return
        row = self.create_model_instance(self._get_session(no_load=True))  # type: ignore[attr-defined]
        if not insert([row], unless_there=True):
            raise CreateError

    def _get_new_session_key(self) -> str:
        """Not asked for beforehand: the row's own key refuses one that is taken (``save``)."""
        return secrets.token_urlsafe(KEY_BYTES)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        at = timezone.now()
        started_at = datetime.fromisoformat(data.setdefault("started_at", at.isoformat()))
        account = data.get("_auth_user_id")
        return Session(
            session_key=stored(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=ends_at(started_at=started_at, seen_at=at),
            account_id=UUID(account) if account else None,
            door=door(),
            method=data.get("method", ""),
            workplace=data.get("workplace", ""),
            **_authentication(data),
            **_acting(data),
            started_at=started_at,
            last_seen_at=at,
        )


def _authentication(data: dict[str, Any]) -> dict[str, Any]:
    """What the row says of how its holder signed in, for whoever looks at sessions from outside."""
    said = of_steps(data.get("steps", []))
    if said is None:
        return {"acr": "", "amr": "", "authenticated_at": None}
    return {"acr": said.acr, "amr": " ".join(said.amr), "authenticated_at": said.at}


def _acting(data: dict[str, Any]) -> dict[str, Any]:
    """For whom its holder acts, for whoever looks at an organisation's sessions."""
    acting = data.get("acting")
    if not acting:
        return {"acting_for": None, "role": ""}
    return {"acting_for": UUID(acting["organisation_id"]), "role": acting["role"]}
