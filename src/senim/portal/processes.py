"""How each process goes, drawn and told from its table (CA-16, CA-17): for everybody."""

from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from senim.enrolment.processes import PROCESSES, Process, is_printed, process
from senim.enrolment.status import span_text
from senim.pages.diagram import Drawing, Edge, Node, Shape, svg
from senim.pages.routes import Route, Who
from senim.process import Row
from senim.texts import Text


@dataclass(frozen=True)
class Line:
    """A row of the table in words; a row of our own has no clause."""

    clause: str
    step: Text
    who: Text
    before: Text
    after: Text
    within: Text | None


def processes(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/processes/list.html", {"processes": PROCESSES})


def one_process(request: HttpRequest, slug: str) -> HttpResponse:
    found = process(slug)
    if found is None:
        raise Http404
    context = {"process": found, "drawing": svg(drawing_of(found)), "lines": lines_of(found)}
    return render(request, "portal/processes/process.html", context)


def lines_of(found: Process) -> list[Line]:
    return [
        Line(
            clause=row.clause if is_printed(row) else "",
            step=found.step(row),
            who=found.actor(row),
            before=found.stage(row.state),
            after=found.stage(row.to),
            within=span_text(row.within) if row.within else None,
        )
        for row in found.table.rows
    ]


def drawing_of(found: Process) -> Drawing:
    """The printed rows; steps of our own are in the table only. Rows of one clause are one question."""
    rows = [row for row in found.table.rows if is_printed(row)]
    groups = [list(group) for _, group in groupby(rows, key=lambda row: (row.state, row.clause))]
    lanes = list(dict.fromkeys(str(found.actor(row)) for row in rows))
    nodes: list[Node] = []
    for group in groups:
        lane = lanes.index(str(found.actor(group[0])))
        nodes.append(_node(found, group, lane))
        known = {node.id for node in nodes}
        ends = [row.to for row in group if row.to in found.table.final and row.to not in known]
        nodes += [Node(end, lane, Shape.END, str(found.stage(end))) for end in ends]
    edges = tuple(edge for group in groups for edge in _edges(found, group, groups))
    return Drawing(str(found.name), tuple(lanes), tuple(nodes), edges)


def _node(found: Process, group: list[Row], lane: int) -> Node:
    row = group[0]
    if len(group) > 1:
        return Node(_id(row), lane, Shape.QUESTION, str(found.stage(row.state)), row.clause)
    return Node(_id(row), lane, Shape.STEP, str(found.step(row)), row.clause)


def _edges(found: Process, group: list[Row], groups: list[list[Row]]) -> list[Edge]:
    edges = []
    for row in group:
        label = str(found.step(row)) if len(group) > 1 else ""
        goals = [_id(other[0]) for other in groups if other[0].state == row.to]
        if row.to in found.table.final:
            goals.append(row.to)
        edges += [Edge(_id(row), goal, label) for goal in goals]
    return edges


def _id(row: Row) -> str:
    return f"{row.clause} {row.state}"


ROUTES = [
    Route("processes/", processes, Who.ANYONE, "processes"),
    Route("processes/<slug:slug>/", one_process, Who.ANYONE, "process"),
]
