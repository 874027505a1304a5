"""What a page has signed, and what it shows of it: the two are held against each other where a test signs."""

import base64
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse


class _Shown(HTMLParser):
    """The names and values of the signed document, the text beside them, and the bytes for the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.content, self.raw = b"", ""
        self.names: list[str] = []
        self.values: list[str] = []
        self._open: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if content := said.get("data-content"):
            self.content = base64.b64decode(content)
        self._inside = self._inside or "data-signed-document" in said
        if self._inside and tag in {"dt", "bdi"}:
            (self.names if tag == "dt" else self.values).append("")
        self._open.append("raw" if "data-text" in said else tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() not in {tag, "raw"}:
            pass
        self._inside = self._inside and tag != "dl"

    def handle_data(self, data: str) -> None:
        place = self._open[-1] if self._open else ""
        if place == "raw":
            self.raw += data
        elif self._inside and place == "dt":
            self.names[-1] += data
        elif self._inside and place == "bdi":
            self.values[-1] += data


def shown_on(page: str) -> _Shown:
    shown = _Shown()
    shown.feed(page)
    shown.close()
    return shown


def to_sign(page: HttpResponse) -> bytes:
    """The bytes to sign, all of which this page shows to whoever signs: each value as it is written."""
    shown = shown_on(page.content.decode())
    said = json.loads(shown.content)
    assert sorted(shown.values) == sorted(filter(None, leaves(said)))
    assert shown.values[0] == said["kind"]
    assert shown.raw.encode() == shown.content
    return shown.content


def leaves(said: Any) -> Iterator[str]:
    if isinstance(said, dict):
        said = list(said.values())
    if not isinstance(said, list):
        yield str(said)
        return
    for one in said:
        yield from leaves(one)
