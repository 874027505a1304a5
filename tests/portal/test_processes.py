"""How the processes go: the table and the drawing on the page are the table the verbs ask."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from django.test import Client
from tests.accounts.citizen import words

from senim.enrolment.processes import PROCESSES, is_printed, process
from senim.pages.diagram import Drawing, Edge, Node, Shape, svg
from senim.portal.processes import drawing_of
from senim.texts import LANGUAGES, speaking

SLUGS = [one.slug for one in PROCESSES]


def page(slug: str, language: str = "en"):
    return Client().get(f"/{language}/processes/{slug}/")


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
    assert all(f'href="/en/processes/{slug}/"' in said for slug in SLUGS)
    assert page("nothing").status_code == 404


@pytest.mark.clause("CA-17")
@pytest.mark.parametrize("slug", SLUGS)
class TestTheDrawing:
    def test_every_printed_row_is_an_arrow_out_of_its_own_box(self, slug):
        found = process(slug)
        with speaking("en"):
            drawing = drawing_of(found)
            known = {node.id: node for node in drawing.nodes}
            for row in filter(is_printed, found.table.rows):
                own = known[f"{row.clause} {row.state}"]
                assert own.note == row.clause
                assert drawing.lanes[own.lane] == str(found.actor(row))
                goals = [known[edge.target] for edge in drawing.edges if edge.source == own.id]
                leads = {goal.id.partition(" ")[2] or goal.id for goal in goals} | {goal.id for goal in goals}
                assert row.to in leads

    def test_every_arrow_joins_two_boxes_and_every_box_but_the_first_is_reached(self, slug):
        with speaking("en"):
            drawing = drawing_of(process(slug))
        known = {node.id for node in drawing.nodes}
        assert {edge.source for edge in drawing.edges} <= known
        assert {edge.target for edge in drawing.edges} == known - {drawing.nodes[0].id}

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
