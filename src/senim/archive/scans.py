"""What may be put away: a scan or photograph as PDF, JPEG or PNG, and nothing that acts when it is opened.

The content is looked at, never the name or the type a browser says. This is no virus scanner: a copy is only
ever handed out as a file to keep, and never shown in a page.
"""

import re
import zlib
from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar

from senim.errors import Refused
from senim.texts import Text


class MediaType(StrEnum):
    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"

    @property
    def suffix(self) -> str:
        return {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}[self.value]

    @property
    def said(self) -> Text:
        return Text(f"archive.media_type.{self.suffix}")


class NotAScan(Refused):
    """``problem`` is one of unknown, broken, active, locked, too_complex."""

    clause: ClassVar[str] = "CA-15.4"

    def __init__(self, problem: str) -> None:
        super().__init__(why=Text(f"archive.problem.{problem}"))
        self.problem = problem


PNG_START, JPEG_START, PDF_START = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-"
LOOKED_AT = 1024 * 1024
"""Bytes of one stream of a PDF as it lies there."""
INFLATED_AT_MOST, INFLATED_TOGETHER = 4 * 1024 * 1024, 200 * 1024 * 1024
"""Of one stream: a page's picture may be larger, and holds no names. Of all: no file keeps the desk busy."""
LEAST_COST, LOOKED_BACK = 10_000, 4096
"""What a stream counts for at least, so that there are not too many; where its dictionary is looked for."""
ACTS = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|Rendition)\b|/XFA(?=[\s\[(<])"
)
"""Names of PDF (ISO 32000-2) by which a document does something, or carries other files."""
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_OBJECTS = re.compile(rb"/ObjStm\b")
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3}


def media_type_of(content: bytes) -> MediaType:
    """Raises NotAScan."""
    if content.startswith(PDF_START):
        _examine_pdf(content)
        return MediaType.PDF
    if content.startswith(PNG_START):
        _examine_png(content)
        return MediaType.PNG
    if content.startswith(JPEG_START):
        _examine_jpeg(content)
        return MediaType.JPEG
    raise NotAScan("unknown")


def _examine_png(content: bytes) -> None:
    """Chunk by chunk, each with its check sum, to the end and not beyond."""
    kinds = list(_png_chunks(content))
    if not kinds or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        raise NotAScan("broken")


def _png_chunks(content: bytes) -> Iterator[bytes]:
    place = len(PNG_START)
    while place < len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        kind, end = content[place + 4 : place + 8], place + 8 + length
        if int.from_bytes(content[end : end + 4], "big") != zlib.crc32(content[place + 4 : end]):
            raise NotAScan("broken")
        yield kind
        place = end + 4
        if kind == b"IEND" and place != len(content):
            raise NotAScan("broken")


def _examine_jpeg(content: bytes) -> None:
    """Segment by segment to the picture itself; its end is the end of the file."""
    place, seen = 2, set[int]()
    while place + 4 <= len(content):
        if content[place] != 0xFF:
            raise NotAScan("broken")
        marker = content[place + 1]
        if marker == 0xFF or marker in _STANDALONE:
            place += 1 if marker == 0xFF else 2
            continue
        seen.add(marker)
        if marker == 0xDA:
            break
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    if 0xDA not in seen or not seen & _FRAMES or not content.endswith(b"\xff\xd9"):
        raise NotAScan("broken")


def _examine_pdf(content: bytes) -> None:
    end = content.rfind(b"%%EOF")
    if end < 0 or content[end + 5 :].strip():
        raise NotAScan("broken")
    for part in _parts_of_pdf(content):
        plain = _unescaped(part)
        if re.search(rb"/Encrypt\b", plain):
            raise NotAScan("locked")
        if ACTS.search(plain):
            raise NotAScan("active")


def _parts_of_pdf(content: bytes) -> Iterator[bytes]:
    """The file itself and each of its streams, inflated: names may stand in either."""
    yield content
    room = INFLATED_TOGETHER
    for found in _STREAM.finditer(content):
        inflated, whole = _inflated(content, found.end())
        if not whole and _may_hold_objects(content, found.start()):
            raise NotAScan("too_complex")
        room -= max(len(inflated), LEAST_COST)
        if room < 0:
            raise NotAScan("too_complex")
        yield inflated


def _may_hold_objects(content: bytes, start: int) -> bool:
    """By the dictionary before the stream; one whose beginning is far away is not believed."""
    before = content[max(0, start - LOOKED_BACK) : start]
    begins = before.rfind(b"obj")
    return begins < 0 or bool(_OBJECTS.search(_unescaped(before[begins:])))


def _inflated(content: bytes, start: int) -> tuple[bytes, bool]:
    """What a deflated stream holds, and whether it was read to its end; nothing where it is none."""
    stream = zlib.decompressobj()
    try:
        held = stream.decompress(memoryview(content)[start : start + LOOKED_AT], INFLATED_AT_MOST)
    except zlib.error:
        return b"", False
    return held, stream.eof


def _unescaped(part: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)
