"""Open access, a typed code and a look at a document, as tables.

The regulation names the function and its clauses and prints no steps; each row cites the clause it serves.
Times are settings, not the law's (DD-15 leaves the duration open), so no row has a limit.
"""

from enum import StrEnum

from senim.process import ProcessTable, Row


class GrantState(StrEnum):
    """Where an open access stands. One that is burnt was closed for wrong numbers."""

    CHOSEN = "chosen"
    OPEN = "open"
    CLOSED = "closed"
    BURNT = "burnt"


class ClaimState(StrEnum):
    """Where somebody's typed code stands. Nobody answers one whose time ran out: it stays ``waiting``. The
    service withdraws what a system asked that may not act any more."""

    ENTERED = "entered"
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ViewState(StrEnum):
    """Where a look stands. ``run out``: its minutes were over before anybody ended it; the service finishes
    the looks of a system that may not act any more."""

    ALLOWED = "allowed"
    OPEN = "open"
    FINISHED = "finished"
    STOPPED = "stopped"
    RUN_OUT = "run out"


class Actor(StrEnum):
    OWNER = "owner"
    VIEWER = "viewer"
    SYSTEM = "users' information system"
    SERVICE = "digital documents service"


_OWNER, _VIEWER, _SYSTEM, _SERVICE = Actor.OWNER, Actor.VIEWER, Actor.SYSTEM, Actor.SERVICE

OPEN_ACCESS = ProcessTable(
    name="open access to a document",
    start=GrantState.CHOSEN,
    final=[GrantState.CLOSED, GrantState.BURNT],
    rows=[
        Row("DD-15", GrantState.CHOSEN, "open_access", _OWNER, GrantState.OPEN),
        Row("DD-15", GrantState.OPEN, "extend", _OWNER, GrantState.OPEN),
        Row("DD-16", GrantState.OPEN, "wrong_number", _OWNER, GrantState.OPEN),
        Row("DD-16", GrantState.OPEN, "burn", _SERVICE, GrantState.BURNT),
        Row("DD-15", GrantState.OPEN, "close_access", _OWNER, GrantState.CLOSED),
        Row("DD-15", GrantState.OPEN, "run_out", _SERVICE, GrantState.CLOSED),
    ],
)

CLAIM = ProcessTable(
    name="a claim to see a document",
    start=ClaimState.ENTERED,
    final=[ClaimState.APPROVED, ClaimState.REFUSED, ClaimState.WITHDRAWN],
    rows=[
        Row("DD-18a", ClaimState.ENTERED, "enter_code", _VIEWER, ClaimState.WAITING),
        Row("DD-4b", ClaimState.ENTERED, "enter_code", _SYSTEM, ClaimState.WAITING),
        Row("DD-4b", ClaimState.ENTERED, "scan_qr", _SYSTEM, ClaimState.WAITING),
        Row("DD-16", ClaimState.WAITING, "let_in", _OWNER, ClaimState.APPROVED),
        Row("DD-16", ClaimState.WAITING, "refuse_claim", _OWNER, ClaimState.REFUSED),
        Row("DD-18a", ClaimState.WAITING, "withdraw_claim", _VIEWER, ClaimState.WITHDRAWN),
        Row("DD-4b", ClaimState.WAITING, "withdraw_claim", _SERVICE, ClaimState.WITHDRAWN),
    ],
)

VIEW = ProcessTable(
    name="a look at a document",
    start=ViewState.ALLOWED,
    final=[ViewState.FINISHED, ViewState.STOPPED, ViewState.RUN_OUT],
    rows=[
        Row("DD-18b", ViewState.ALLOWED, "view", _VIEWER, ViewState.OPEN),
        Row("DD-4b", ViewState.ALLOWED, "view", _SYSTEM, ViewState.OPEN),
        Row("DD-16", ViewState.OPEN, "stop_view", _OWNER, ViewState.STOPPED),
        Row("DD-19b", ViewState.OPEN, "finish_view", _VIEWER, ViewState.FINISHED),
        Row("DD-4b", ViewState.OPEN, "finish_view", _SERVICE, ViewState.FINISHED),
        Row("DD-15", ViewState.OPEN, "run_out", _SERVICE, ViewState.RUN_OUT),
    ],
)
