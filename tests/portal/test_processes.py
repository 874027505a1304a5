"""How the processes go: the table and the drawing on the page are the table the verbs ask."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from django.test import Client
from tests.accounts.citizen import words

from senim.accounts.freezing.process import CASE
from senim.accounts.process import TABLES
from senim.enrolment.processes import is_printed
from senim.operators.processes import PROCESSES as OF_OPERATORS
from senim.pages.diagram import Drawing, Edge, Node, Shape, svg
from senim.portal.processes import PROCESSES, box_of, drawing_of, drawn, process
from senim.texts import LANGUAGES, speaking

SLUGS = [one.slug for one in PROCESSES]
OPERATORS = [one.slug for one in OF_OPERATORS]


def page(slug: str, language: str = "en"):
    return Client().get(f"/{language}/processes/{slug}/")


@pytest.mark.django_db
@pytest.mark.clause("CA-15.1f", "CA-15.1g", "CA-19.5c")
@pytest.mark.parametrize("slug", OPERATORS)
def test_what_the_order_says_of_operators_in_sentences_is_a_table_and_no_drawing(slug):
    assert "senim-drawing" not in page(slug).content.decode()
    assert "with neither table nor diagram" in words(page(slug))
    for language in LANGUAGES:
        said = words(page(slug, language))
        with speaking(language):
            for row in process(slug).table.rows:
                named = (process(slug).step(row), process(slug).stage(row.to), process(slug).actor(row))
                assert all(str(one) in said for one in named)
                assert not is_printed(row) or row.clause in said


@pytest.mark.django_db
@pytest.mark.clause("CA-16", "CA-17")
@pytest.mark.parametrize("slug", SLUGS)
class TestThePage:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_step_stands_in_the_table_with_its_clause_and_limit(self, slug, language):
        found, said = process(slug), words(page(slug, language))
        with speaking(language):
            for row in found.table.rows:
                assert str(found.step(row)) in said
                assert str(found.stage(row.to)) in said
                assert str(found.actor(row)) in said
                assert not is_printed(row) or row.clause in said

    def test_the_drawing_is_whole_and_says_what_it_is(self, slug):
        drawn = re.search(r'<svg class="senim-drawing".*?</svg>', page(slug).content.decode(), re.DOTALL)
        assert drawn
        root = ET.fromstring(drawn[0])
        with speaking("en"):
            assert root.get("aria-label") == str(process(slug).name)
        assert root.get("role") == "img"


@pytest.mark.django_db
def test_the_list_leads_to_each(client):
    said = client.get("/en/processes/").content.decode()
    assert all(f'href="/en/processes/{slug}/"' in said for slug in (*SLUGS, *OPERATORS))
    assert page("nothing").status_code == 404


def test_every_way_of_connecting_a_number_and_the_freeze_have_a_page():
    shown = [one.table for one in PROCESSES]
    assert all(table in shown for table in (*TABLES.values(), CASE))


@pytest.mark.django_db
@pytest.mark.parametrize(("slug", "demonstrated"), [("number-counter", True), ("number-portal", False)])
def test_a_rule_that_is_over_is_shown_as_such(slug, demonstrated):
    assert ("senim-demonstrated" in page(slug).content.decode()) is demonstrated


@pytest.mark.django_db
def test_steps_no_order_prints_are_said_to_be_ours():
    assert "No order prints these steps" in words(page("not-me"))
    assert "No order prints these steps" not in words(page("number-change"))


@pytest.mark.django_db
@pytest.mark.clause("CA-17")
@pytest.mark.parametrize("slug", SLUGS)
class TestTheDrawing:
    def test_every_printed_row_is_an_arrow_out_of_its_own_box(self, slug):
        found = process(slug)
        with speaking("en"):
            drawing = drawing_of(found)
            known = {node.id: node for node in drawing.nodes}
            for row in drawn(found):
                own = known[box_of(row)]
                assert own.note == row.clause
                assert drawing.lanes[own.lane] == str(found.actor(row))
                goals = [known[edge.target] for edge in drawing.edges if edge.source == own.id]
                assert row.to in {goal.id.rpartition("|")[2] for goal in goals}

    def test_what_is_not_drawn_changes_nothing_or_leads_to_an_end_that_every_stage_leads_to(self, slug):
        found = process(slug)
        left = set(filter(is_printed, found.table.rows)) - set(drawn(found))
        assert all(row.to in found.aside or row.to == row.state for row in left)
        assert found.aside <= found.table.final
        assert ("stand in the table only" in words(page(slug))) == bool(left)

    def test_every_arrow_joins_two_boxes_and_every_box_is_reached_from_the_start(self, slug):
        found = process(slug)
        with speaking("en"):
            drawing = drawing_of(found)
        known = {node.id for node in drawing.nodes}
        at_the_start = {box_of(row) for row in drawn(found) if row.state == found.table.start}
        assert {edge.source for edge in drawing.edges} <= known
        assert known - at_the_start <= {edge.target for edge in drawing.edges} <= known

    def test_only_ends_lead_nowhere(self, slug):
        with speaking("en"):
            drawing = drawing_of(process(slug))
        sources = {edge.source for edge in drawing.edges}
        ends = {node.id for node in drawing.nodes if node.shape is Shape.END}
        assert {node.id for node in drawing.nodes} - sources == ends


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_boxes_do_not_touch_and_words_stay_inside_them(slug, language):
    with speaking(language):
        drawing = drawing_of(process(slug))
    root = ET.fromstring(svg(drawing))
    boxes = [box for box in root.iter("rect") if "lane" not in box.get("class")]
    spans = sorted((int(box.get("y")), int(box.get("y")) + int(box.get("height"))) for box in boxes)
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    assert max(end for _, end in spans) <= int(root.get("height"))
    assert all(len(line) <= 18 for node in drawing.nodes for line in node.lines if " " in line)


def test_words_of_a_drawing_are_written_as_text():
    node = Node("a", 0, Shape.STEP, "<b>&")
    drawn = svg(Drawing("<i>", ("<u>",), (node, Node("b", 0, Shape.END, "end")), (Edge("a", "b", "<s>"),)))
    assert not re.search(r"<[bius]>", drawn)
    assert "&lt;b&gt;&amp;" in drawn
