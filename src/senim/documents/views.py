"""Looking at somebody's document: one viewer, a few minutes, a mark in both cabinets (DD-18b, DD-19b)."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from django.db import transaction
from django.db.models import Q

from senim.accounts import AccountId
from senim.accounts.profiles import names_of
from senim.accounts.systems import register
from senim.documents.advance import _advance
from senim.documents.display import Document, show
from senim.documents.kinds import Kind, kind_named
from senim.documents.locks import lock_person
from senim.documents.models import Grant, Path, View, ViewerKind
from senim.documents.process import Actor, ViewState
from senim.documents.viewers import Viewer
from senim.errors import NotFound, Refused
from senim.settings import settings
from senim.texts import Text

ViewId = NewType("ViewId", uuid.UUID)
CLOCKS_DIFFER_BY = timedelta(minutes=1)


class NoSuchView(NotFound):
    clause = "DD-19b"


class ViewEnded(Refused):
    clause = "DD-15"


class ViewStopped(Refused):
    clause = "DD-16"


@dataclass(frozen=True)
class Mark:
    """One mark, as one of the two sees it. ``other`` is the name of whoever is on the other side.

    ``organisation`` is the viewer's, and empty for a private person. Only a system has a ``purpose``.
    """

    view_id: ViewId
    kind: Kind
    path: str
    is_mine: bool
    other: str
    organisation: str
    opened_at: datetime
    closes_at: datetime
    ended_at: datetime | None
    state: str
    purpose: Text | None = None


@dataclass(frozen=True)
class Looking:
    """What the viewer is shown."""

    view_id: ViewId
    document: Document
    opened_at: datetime
    closes_at: datetime


def begin(grant: Grant, *, viewer: Viewer, path: Path, at: datetime) -> ViewId:
    """Write the mark, in the transaction of whoever let the viewer in."""
    view = View(
        grant_id=grant.id,
        owner_id=grant.owner_id,
        **viewer.columns,
        kind=grant.kind,
        path=path,
        opened_at=at,
        closes_at=at + settings.view_lifetime,
    )
    facts = {"grant": str(grant.id), "owner": str(grant.owner_id), "kind": grant.kind, "path": path}
    facts |= {"purpose": viewer.purpose} if viewer.purpose else {}
    _advance(view, "view", actor=viewer.actor, by=viewer, at=at, facts=facts)
    return ViewId(view.id)


def look(*, viewer: AccountId, view_id: ViewId, at: datetime) -> Looking:
    """The document, asked from its registry anew. Raises NoSuchView, ViewEnded, ViewStopped and show()'s."""
    return seen(view_of(viewer, view_id), by=names_of([viewer]).get(viewer, ""), at=at)


def seen(view: View, *, by: str, at: datetime) -> Looking:
    """What is seen in this look, while it is open; ``by`` is the viewer's name. Raises as ``look``."""
    _refuse_unless_open(view, at=at)
    document = show(owner=AccountId(view.owner_id), kind=view.kind, at=at, viewer=by)
    view.refresh_from_db()  # a registry takes its time, and the owner may have stopped the look meanwhile
    _refuse_unless_open(view, at=at)
    return Looking(ViewId(view.id), document, view.opened_at, view.closes_at)


def _refuse_unless_open(view: View, *, at: datetime) -> None:
    state = state_of_look(view, at=at)
    if state == "stopped":
        raise ViewStopped
    if state != "open":
        raise ViewEnded


def state_of(*, viewer: AccountId, view_id: ViewId, at: datetime) -> str:
    """``open``, ``closed`` or ``stopped``. Raises NoSuchView."""
    return state_of_look(view_of(viewer, view_id), at=at)


def stop(*, owner: AccountId, view_id: ViewId, at: datetime) -> None:
    """The owner ends somebody's look at once. Stopping twice changes nothing. Raises NoSuchView."""
    with transaction.atomic():
        view = _held(Q(pk=view_id, owner_id=owner))
        if state_of_look(view, at=at) == "open":
            _end(view, "stop_view", actor=Actor.OWNER, by=owner, at=at)


def stop_all_of(grant: Grant, *, at: datetime) -> None:
    """The owner closed the access: every look that is going on ends, in the caller's transaction."""
    going_on = View.objects.filter(grant_id=grant.id, state=ViewState.OPEN, closes_at__gt=at)
    for view in going_on.select_for_update():
        _end(view, "stop_view", actor=Actor.OWNER, by=AccountId(grant.owner_id), at=at)


def finish(*, viewer: AccountId, view_id: ViewId, at: datetime) -> None:
    """The viewer has seen enough. Raises NoSuchView."""
    with transaction.atomic():
        view = _held(Q(pk=view_id, viewer_id=viewer))
        if state_of_look(view, at=at) == "open":
            _end(view, "finish_view", actor=Actor.VIEWER, by=viewer, at=at)


def close_to_system(system_id: uuid.UUID, *, at: datetime) -> None:
    """A system that was stopped looks at nothing any more; the marks say when that ended (DD-4b)."""
    with transaction.atomic():
        lock_person(system_id)  # whoever is consenting at this moment comes first, or finds it stopped
        going_on = View.objects.filter(viewer_id=system_id, viewer_kind=ViewerKind.SYSTEM)
        for view in going_on.filter(state=ViewState.OPEN, closes_at__gt=at).select_for_update():
            view.ended_at = at
            _advance(view, "finish_view", actor=Actor.SERVICE, at=at)


def end_overdue(*, at: datetime, at_most: int) -> int:
    """Looks whose minutes are over and whom nobody ended; how many, in the caller's transaction."""
    overdue = View.objects.filter(state=ViewState.OPEN, closes_at__lte=at)
    found = list(overdue.select_for_update(skip_locked=True)[:at_most])
    for view in found:
        view.ended_at = view.closes_at
        _advance(view, "run_out", actor=Actor.SERVICE, at=at)
    return len(found)


def marks_of(*, account: AccountId, at: datetime, at_most: int = 100) -> tuple[Mark, ...]:
    """The newest marks of this cabinet: who saw mine, and whose I saw."""
    views = list(
        View.objects.filter(Q(owner_id=account) | Q(viewer_id=account)).order_by("-opened_at")[:at_most]
    )
    return _marks(views, account, at=at)


def marks_for(*, viewer: AccountId, organisation: str, at: datetime, at_most: int) -> tuple[Mark, ...]:
    """The newest of what this person saw of others for this organisation."""
    found = View.objects.filter(viewer_id=viewer, organisation=organisation).exclude(owner_id=viewer)
    return _marks(list(found.order_by("-opened_at")[:at_most]), viewer, at=at)


def marks_of_grant(*, owner: AccountId, grant_id: uuid.UUID, at: datetime) -> tuple[Mark, ...]:
    """Who looked while this access was open, newest first."""
    views = list(View.objects.filter(owner_id=owner, grant_id=grant_id).order_by("-opened_at"))
    return _marks(views, owner, at=at)


def _marks(views: list[View], account: AccountId, *, at: datetime) -> tuple[Mark, ...]:
    by_systems = {view.viewer_id for view in views if view.viewer_kind == ViewerKind.SYSTEM}
    others = [view.viewer_id if view.owner_id == account else view.owner_id for view in views]
    names, systems = names_of(map(AccountId, others)), register.named(by_systems)
    return tuple(
        Mark(
            ViewId(view.id),
            kind_named(view.kind),
            view.path,
            view.owner_id == account,
            systems[other].name if other in systems else names.get(AccountId(other), ""),
            systems[other].organisation if other in systems else view.organisation,
            view.opened_at,
            view.closes_at,
            view.ended_at,
            state_of_look(view, at=at),
            said_purpose(view.purpose),
        )
        for view, other in zip(views, others, strict=True)
    )


def said_purpose(purpose: str) -> Text | None:
    """What a system looks for, as owners read it; None of a person."""
    return Text(f"documents.purpose.{purpose}") if purpose else None


def view_of(viewer: uuid.UUID, view_id: ViewId) -> View:
    """Raises NoSuchView, also for another's."""
    view = View.objects.filter(pk=view_id, viewer_id=viewer).first()
    if view is None:
        raise NoSuchView
    return view


def state_of_look(view: View, *, at: datetime) -> str:
    """A look whose time is over is closed, whether or not the sweep has come by."""
    if view.state == ViewState.STOPPED:
        return "stopped"
    # One that begins later than now was begun by a clock that was ahead, and would go on for as long.
    is_now = view.opened_at <= at + CLOCKS_DIFFER_BY and at < view.closes_at
    return "open" if view.state == ViewState.OPEN and is_now else "closed"


def _held(whose: Q) -> View:
    view = View.objects.select_for_update().filter(whose).first()
    if view is None:
        raise NoSuchView
    return view


def _end(view: View, action: str, *, actor: Actor, by: AccountId, at: datetime) -> None:
    view.ended_at = at
    _advance(view, action, actor=actor, by=by, at=at)
