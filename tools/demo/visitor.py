"""A person at a door, without a browser: fetches pages, fills in forms, follows redirects, keeps cookies."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx


class Unexpected(RuntimeError):
    """The door answered something else than the main job needs."""


@dataclass
class Form:
    """One form of a page: where it goes, its fields as drawn, and its ``data-`` attributes."""

    action: str
    attributes: dict[str, str]
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.elements: list[dict[str, str]] = []
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        self.elements.append({"": tag, **facts})
        if tag == "form":
            self._open = Form(facts.get("action", ""), facts)
            self.forms.append(self._open)
        elif self._open is not None:
            self._field(tag, facts)

    def _field(self, tag: str, facts: dict[str, str]) -> None:
        assert self._open is not None
        name = facts.get("name", "")
        if tag == "select":
            self._select = name
            self._open.choices[name] = []
        elif tag == "option" and self._select:
            self._open.choices[self._select].append(facts.get("value", ""))
        elif tag == "textarea" and name:
            self._open.fields.setdefault(name, "")
        elif tag == "input" and name:
            if facts.get("type") in {"radio", "checkbox"}:
                self._open.choices.setdefault(name, []).append(facts.get("value", "on"))
            else:
                self._open.fields.setdefault(name, facts.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""


@dataclass(frozen=True)
class Page:
    """An answer that was read: its address, its text, its forms."""

    url: str
    status: int
    text: str
    body: bytes

    @property
    def forms(self) -> list[Form]:
        return self._read().forms

    def form(self, *, having: str) -> Form:
        """The form with this attribute or this field, or whose address ends so."""
        for one in self.forms:
            if having in one.attributes or having in one.fields or having in one.choices:
                return one
            if urlsplit(one.action).path.rstrip("/").endswith(having):
                return one
        raise Unexpected(f"{self.url} ({self.status}) has no form with {having}: {plain(self.text)[:600]}")

    def element(self, *, having: str) -> dict[str, str]:
        """The attributes of the first element that has this attribute."""
        for facts in self._read().elements:
            if having in facts:
                return facts
        raise Unexpected(f"{self.url} has no element with {having}: {plain(self.text)[:600]}")

    def expect(self, words: str) -> None:
        """Raises Unexpected where the page does not say this."""
        if words not in plain(self.text):
            raise Unexpected(f"{self.url} does not say '{words}': {plain(self.text)[:600]}")

    def _read(self) -> _Forms:
        reader = _Forms()
        reader.feed(self.text)
        return reader


class Visitor:
    """One person's cookies at one door. Names under ``localhost`` are reached on the loopback address."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        local = (parts.hostname or "").endswith("localhost")
        base = (
            f"{parts.scheme}://127.0.0.1:{parts.port or 80}" if local else f"{parts.scheme}://{parts.netloc}"
        )
        self.client = httpx.Client(base_url=base, headers={"Host": parts.netloc}, timeout=30)

    def get(self, path: str) -> Page:
        """Asked twice where the line was cut, as a person presses reload."""
        try:
            answer = self.client.get(_path(path))
        except httpx.RemoteProtocolError:
            answer = self.client.get(_path(path))
        return self._follow(answer)

    def submit(self, page: Page, form: Form, **values: str | tuple[str, ...]) -> Page:
        """Send the form as drawn, with these values put in."""
        target = urljoin(page.url, form.action) if form.action else page.url
        data = {**form.fields, **values}
        return self._follow(self.client.post(_path(target), data=data))

    def json(self, path: str) -> dict[str, object]:
        answer = self.client.get(_path(path), headers={"Accept": "application/json"})
        answer.raise_for_status()
        return dict(answer.json())

    def _follow(self, answer: httpx.Response) -> Page:
        for _ in range(10):
            if answer.status_code not in {301, 302, 303, 307, 308}:
                break
            answer = self.client.get(_path(urljoin(str(answer.url), answer.headers["location"])))
        if answer.status_code >= 400:
            raise Unexpected(f"{answer.url} answered {answer.status_code}: {plain(answer.text)[:800]}")
        binary = "text" not in answer.headers.get("content-type", "text")
        return Page(str(answer.url), answer.status_code, "" if binary else answer.text, answer.content)


def plain(html: str) -> str:
    """The words of a page, for a message to a person."""

    class Words(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.words: list[str] = []

        def handle_data(self, data: str) -> None:
            self.words.append(data)

    reader = Words()
    reader.feed(html)
    return " ".join(" ".join(reader.words).split())


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
