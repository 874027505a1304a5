"""A process drawn: a lane for each actor, one step below the other, arrows between them.

Plain SVG without script or style; the colours are classes of the style sheet. Nothing is placed by hand: what
is drawn is what a table says. The words come in ready; a page gives the same facts as a table beside it.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LANE, WIDTH, CUT, GUTTER = 202, 176, 14, 8
HEAD, GAP, LINE, PADDING, LETTERS = 64, 44, 19, 12, 18


class Shape(StrEnum):
    STEP = "step"
    QUESTION = "question"
    END = "end"


@dataclass(frozen=True)
class Node:
    """A box in a lane, counted from 0; ``note`` stands above the text in small."""

    id: str
    lane: int
    shape: Shape
    text: str
    note: str = ""

    @property
    def lines(self) -> list[str]:
        return ([self.note] if self.note else []) + textwrap.wrap(self.text, LETTERS)

    @property
    def height(self) -> int:
        return 2 * PADDING + LINE * len(self.lines)

    @property
    def left(self) -> int:
        return self.lane * LANE + (LANE - WIDTH) // 2

    @property
    def middle(self) -> int:
        return self.lane * LANE + LANE // 2


@dataclass(frozen=True)
class Edge:
    """An arrow; ``label`` says when it is taken."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True)
class Drawing:
    """Nodes in the order in which they stand below each other."""

    title: str
    lanes: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def svg(drawing: Drawing) -> SafeString:
    tops = dict(_tops(drawing))
    height = max(tops[node.id] + node.height for node in drawing.nodes) + GAP // 2
    return format_html(
        '<svg class="senim-drawing" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path class="senim-drawing__tip" d="M0 0L8 4L0 8z"/></marker></defs>{}{}{}</svg>',
        drawing.title,
        len(drawing.lanes) * LANE,
        height,
        len(drawing.lanes) * LANE,
        height,
        _lanes(drawing, height),
        format_html_join("", "{}", ((_edge(drawing, edge, tops),) for edge in drawing.edges)),
        format_html_join("", "{}", ((_node(node, tops[node.id]),) for node in drawing.nodes)),
    )


def _tops(drawing: Drawing) -> Iterator[tuple[str, int]]:
    top = HEAD
    for node in drawing.nodes:
        yield node.id, top
        top += node.height + GAP


def _lanes(drawing: Drawing, height: int) -> SafeString:
    return format_html_join(
        "",
        '<rect class="senim-drawing__lane senim-drawing__lane--{}" x="{}" y="0" width="{}" height="{}"/>{}',
        (
            (place % 2, place * LANE, LANE, height, _words(name, place * LANE + LANE // 2))
            for place, name in enumerate(drawing.lanes)
        ),
    )


def _words(name: str, middle: int) -> SafeString:
    lines = textwrap.wrap(name, LETTERS)
    return format_html_join(
        "",
        '<text class="senim-drawing__head" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((middle, 22 + LINE * place, line) for place, line in enumerate(lines)),
    )


def _node(node: Node, top: int) -> SafeString:
    text = format_html_join(
        "",
        '<text class="senim-drawing__{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (
                "note" if node.note and not place else "text",
                node.middle,
                top + PADDING + 14 + LINE * place,
                line,
            )
            for place, line in enumerate(node.lines)
        ),
    )
    return format_html("{}{}", _outline(node, top), text)


def _outline(node: Node, top: int) -> SafeString:
    if node.shape is Shape.QUESTION:
        left, right, bottom = node.left, node.left + WIDTH, top + node.height
        half = (top + bottom) // 2
        points = (
            f"{left + CUT},{top} {right - CUT},{top} {right},{half} "
            f"{right - CUT},{bottom} {left + CUT},{bottom} {left},{half}"
        )
        return format_html('<polygon class="senim-drawing__question" points="{}"/>', points)
    return format_html(
        '<rect class="senim-drawing__{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>',
        node.shape.value,
        node.left,
        top,
        WIDTH,
        node.height,
        node.height // 2 if node.shape is Shape.END else 10,
    )


def _edge(drawing: Drawing, edge: Edge, tops: dict[str, int]) -> SafeString:
    order = [node.id for node in drawing.nodes]
    nodes = {node.id: node for node in drawing.nodes}
    source, target = nodes[edge.source], nodes[edge.target]
    straight = order.index(edge.target) == order.index(edge.source) + 1
    top, bottom = tops[source.id], tops[source.id] + source.height
    goal = tops[target.id] - 2
    if straight:
        path = f"M{source.middle} {bottom}V{bottom + GAP // 2}H{target.middle}V{goal}"
        label = _label(edge.label, source.middle, bottom + 16, to_the_left=source.lane > 0)
    else:
        side, half = source.left + WIDTH, (top + bottom) // 2
        path = f"M{side} {half}h{GUTTER}V{goal - GAP // 2 + 8}H{target.middle}V{goal}"
        last = source.lane == len(drawing.lanes) - 1
        label = _label(edge.label, source.left if last else side + GUTTER, half + 5, to_the_left=last)
    return format_html(
        '<path class="senim-drawing__way" d="{}" marker-end="url(#tip)"/>{}',
        path,
        label,
    )


def _label(label: str, across: int, down: int, *, to_the_left: bool) -> SafeString:
    """Beside its arrow. Two arrows out of one box have their labels on its two sides, where there is room."""
    if not label:
        return SafeString("")
    return format_html(
        '<text class="senim-drawing__label" x="{}" y="{}" text-anchor="{}">{}</text>',
        across - 6 if to_the_left else across + 6,
        down,
        "end" if to_the_left else "start",
        label,
    )
