"""How each process goes, drawn and told from its table (CA-16, CA-17, PH-*, P19-*): for everybody."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from senim.accounts import processes as of_accounts
from senim.enrolment import processes as of_certificates
from senim.enrolment.processes import is_printed
from senim.enrolment.status import span_text
from senim.operators.processes import PROCESSES as OF_OPERATORS
from senim.pages.diagram import Drawing, Edge, Node, Shape, svg
from senim.pages.routes import Route, Who
from senim.process import Explained, Row
from senim.texts import Text

PROCESSES: tuple[Explained, ...] = (*of_certificates.PROCESSES, *of_accounts.PROCESSES)


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
    context = {"processes": PROCESSES, "of_operators": OF_OPERATORS}
    return render(request, "portal/processes/list.html", context)


def one_process(request: HttpRequest, slug: str) -> HttpResponse:
    found = process(slug)
    if found is None:
        raise Http404
    context = {
        "process": found,
        "drawing": svg(drawing_of(found)) if found in PROCESSES else "",
        "lines": lines_of(found),
        "whole": set(drawn(found)) == set(filter(is_printed, found.table.rows)),
    }
    return render(request, "portal/processes/process.html", context)


def process(slug: str) -> Explained | None:
    return next((one for one in (*PROCESSES, *OF_OPERATORS) if one.slug == slug), None)


def lines_of(found: Explained) -> list[Line]:
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


def drawn(found: Explained) -> list[Row]:
    """The printed rows, less those that lead back to where they began, or to an end every stage leads to."""
    rows = filter(is_printed, found.table.rows)
    return [row for row in rows if row.to != row.state and row.to not in found.aside]


def drawing_of(found: Explained) -> Drawing:
    """Steps of our own are in the table only. Rows of one stage, clause and actor are one question."""
    rows = drawn(found)
    boxes: dict[str, list[Row]] = {}
    for row in rows:
        boxes.setdefault(box_of(row), []).append(row)
    lanes = list(dict.fromkeys(str(found.actor(row)) for row in rows))
    nodes: list[Node] = []
    for box in boxes.values():
        lane = lanes.index(str(found.actor(box[0])))
        nodes.append(_node(found, box, lane))
        known = {node.id for node in nodes}
        ends = dict.fromkeys(row.to for row in box if row.to in found.table.final and row.to not in known)
        nodes += [Node(end, lane, Shape.END, str(found.stage(end))) for end in ends]
    edges = tuple(edge for box in boxes.values() for edge in _edges(found, box, list(boxes.values())))
    return Drawing(str(found.name), tuple(lanes), tuple(nodes), edges)


def box_of(row: Row) -> str:
    """The name of the box that a row is drawn in; an end's is its state."""
    return f"{row.clause}|{row.actor}|{row.state}"


def _node(found: Explained, box: list[Row], lane: int) -> Node:
    row = box[0]
    if len(box) > 1:
        return Node(box_of(row), lane, Shape.QUESTION, str(found.stage(row.state)), row.clause)
    return Node(box_of(row), lane, Shape.STEP, str(found.step(row)), row.clause)


def _edges(found: Explained, box: list[Row], boxes: list[list[Row]]) -> list[Edge]:
    edges = []
    for row in box:
        goals = [box_of(other[0]) for other in boxes if other[0].state == row.to]
        if row.to in found.table.final:
            goals.append(row.to)
        labels = [str(found.step(row)) if len(box) > 1 else ""] + [""] * len(goals)
        edges += [Edge(box_of(row), goal, label) for goal, label in zip(goals, labels, strict=False)]
    return edges


ROUTES = [
    Route("processes/", processes, Who.ANYONE, "processes"),
    Route("processes/<slug:slug>/", one_process, Who.ANYONE, "process"),
]
