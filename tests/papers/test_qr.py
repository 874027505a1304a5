"""QR codes, read back by a reader that did not draw them from our SVG."""

import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from senim.papers import qr_svg

SVG = "{http://www.w3.org/2000/svg}"
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")


def seen_by_a_camera(svg: str, scale: int = 8) -> str:
    """Paint the SVG's dark runs on white and read the picture."""
    root = ElementTree.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2])
    side = size * scale
    picture = bytearray(b"\xff" * side * side)
    for left, top, width in RUN.findall(root.findall(f"{SVG}path")[1].attrib["d"]):
        for line in range(int(top) * scale, (int(top) + 1) * scale):
            start = line * side + int(left) * scale
            picture[start : start + int(width) * scale] = b"\x10" * (int(width) * scale)
    return zxingcpp.read_barcode(Image.frombytes("L", (side, side), bytes(picture))).text


@pytest.mark.parametrize(
    "text", ["HTTP://LOCALHOST:8000/d/abc", "https://senim.kz/d/" + "x" * 200, "Сенім: қолхат № 12"]
)
def test_a_code_reads_back_as_what_went_in(text: str) -> None:
    assert seen_by_a_camera(qr_svg(text)) == text


def test_it_has_a_label_for_those_who_cannot_see_it_and_nothing_that_runs() -> None:
    root = ElementTree.fromstring(qr_svg("x", label='Код "көру" <b>'))
    assert (root.attrib["role"], root.attrib["aria-label"]) == ("img", 'Код "көру" <b>')
    assert {child.tag for child in root.iter()} == {f"{SVG}svg", f"{SVG}path"}
    assert not any("style" in child.attrib for child in root.iter())


def test_without_a_label_it_is_hidden_from_screen_readers() -> None:
    assert ElementTree.fromstring(qr_svg("x")).attrib["aria-hidden"] == "true"
