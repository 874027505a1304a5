"""Looking at somebody's document: one viewer, a few minutes, a mark in both cabinets (DD-18b, DD-19b)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from django.db import transaction
from django.db.models import Q

from senim.accounts import AccountId
from senim.accounts.profiles import names_of
from senim.documents.display import Document, show
from senim.documents.kinds import Kind, kind_named
from senim.documents.models import Grant, View
from senim.errors import NotFound, Refused
from senim.journal import record
from senim.settings import settings

ViewId = NewType("ViewId", uuid.UUID)


class NoSuchView(NotFound):
    clause = "DD-19b"


class ViewEnded(Refused):
    clause = "DD-15"


class ViewStopped(Refused):
    clause = "DD-16"


@dataclass(frozen=True)
class Mark:
    """One mark, as one of the two sees it. ``other`` is the name of the person on the other side."""

    view_id: ViewId
    kind: Kind
    path: str
    is_mine: bool
    other: str
    opened_at: datetime
    closes_at: datetime
    ended_at: datetime | None
    state: str


@dataclass(frozen=True)
class Looking:
    """What the viewer's page shows."""

    view_id: ViewId
    document: Document
    opened_at: datetime
    closes_at: datetime


def begin(grant: Grant, *, viewer: AccountId, path: View.Path, at: datetime) -> ViewId:
    """Write the mark, in the transaction of whoever let the viewer in."""
    view = View.objects.create(
        grant_id=grant.id,
        owner_id=grant.owner_id,
        viewer_id=viewer,
        kind=grant.kind,
        path=path,
        opened_at=at,
        closes_at=at + settings.view_lifetime,
    )
    record(
        verb="documents.view",
        clause="DD-18b",
        subject=f"view:{view.id}",
        actor=f"account:{viewer}",
        at=at,
        facts={"grant": str(grant.id), "owner": str(grant.owner_id), "kind": grant.kind, "path": path},
    )
    return ViewId(view.id)


def look(*, viewer: AccountId, view_id: ViewId, at: datetime) -> Looking:
    """The document, asked from its registry anew. Raises NoSuchView, ViewEnded, ViewStopped and show()'s."""
    view = _view_of(viewer, view_id)
    state = _state(view, at=at)
    if state == "stopped":
        raise ViewStopped
    if state != "open":
        raise ViewEnded
    return Looking(
        view_id, show(owner=AccountId(view.owner_id), kind=view.kind, at=at), view.opened_at, view.closes_at
    )


def state_of(*, viewer: AccountId, view_id: ViewId, at: datetime) -> str:
    """``open``, ``closed`` or ``stopped``. Raises NoSuchView."""
    return _state(_view_of(viewer, view_id), at=at)


def stop(*, owner: AccountId, view_id: ViewId, at: datetime) -> None:
    """The owner ends somebody's look at once. Stopping twice changes nothing. Raises NoSuchView."""
    _end(Q(pk=view_id, owner_id=owner), by=owner, stopped=True, clause="DD-16", at=at)


def finish(*, viewer: AccountId, view_id: ViewId, at: datetime) -> None:
    """The viewer has seen enough. Raises NoSuchView."""
    _end(Q(pk=view_id, viewer_id=viewer), by=viewer, stopped=False, clause="DD-19b", at=at)


def marks_of(*, account: AccountId, at: datetime, at_most: int = 100) -> tuple[Mark, ...]:
    """The newest marks of this cabinet: who saw mine, and whose I saw."""
    views = list(
        View.objects.filter(Q(owner_id=account) | Q(viewer_id=account)).order_by("-opened_at")[:at_most]
    )
    return _marks(views, account, at=at)


def marks_of_grant(*, owner: AccountId, grant_id: uuid.UUID, at: datetime) -> tuple[Mark, ...]:
    """Who looked while this access was open, newest first."""
    views = list(View.objects.filter(owner_id=owner, grant_id=grant_id).order_by("-opened_at"))
    return _marks(views, owner, at=at)


def _marks(views: list[View], account: AccountId, *, at: datetime) -> tuple[Mark, ...]:
    others = [AccountId(view.viewer_id if view.owner_id == account else view.owner_id) for view in views]
    names = names_of(others)
    return tuple(
        Mark(
            ViewId(view.id),
            kind_named(view.kind),
            view.path,
            view.owner_id == account,
            names.get(other, ""),
            view.opened_at,
            view.closes_at,
            view.ended_at,
            _state(view, at=at),
        )
        for view, other in zip(views, others, strict=True)
    )


def _view_of(viewer: AccountId, view_id: ViewId) -> View:
    view = View.objects.filter(pk=view_id, viewer_id=viewer).first()
    if view is None:
        raise NoSuchView
    return view


def _state(view: View, *, at: datetime) -> str:
    if view.stopped_by_owner:
        return "stopped"
    return "closed" if view.ended_at or view.closes_at <= at else "open"


def _end(whose: Q, *, by: AccountId, stopped: bool, clause: str, at: datetime) -> None:
    with transaction.atomic():
        view = View.objects.select_for_update().filter(whose).first()
        if view is None:
            raise NoSuchView
        if _state(view, at=at) != "open":
            return
        view.ended_at, view.stopped_by_owner = at, stopped
        view.save(update_fields=["ended_at", "stopped_by_owner"])
        record(
            verb="documents.stop_view" if stopped else "documents.finish_view",
            clause=clause,
            subject=f"view:{view.id}",
            actor=f"account:{by}",
            at=at,
        )
