"""Reading a QR code off a page, as a camera would: the drawing is turned into a picture and decoded."""

import re

import zxingcpp

SCALE = 4
_RUN = re.compile(r"M(\d+)[ ,](\d+)h(\d+)v1h-\d+z")


def read_svg(svg: str) -> str:
    """The text of the one QR code in this SVG. Raises ValueError where none can be read."""
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    dark = re.search(r'fill="#10272d" d="([^"]+)"', svg)
    if size is None or dark is None:
        raise ValueError("not a QR code of Senim")
    width = int(size[1]) * SCALE
    rows = [bytearray(b"\xff" * width) for _ in range(width)]
    for left, top, length in _RUN.findall(dark[1]):
        for line in range(int(top) * SCALE, (int(top) + 1) * SCALE):
            rows[line][int(left) * SCALE : (int(left) + int(length)) * SCALE] = b"\x00" * int(length) * SCALE
    picture = memoryview(b"".join(rows)).cast("B", (width, width))
    found = zxingcpp.read_barcodes(picture)
    if not found:
        raise ValueError("the QR code cannot be read")
    return str(found[0].text)
