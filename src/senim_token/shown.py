"""What the windows say. Nothing is signed that was not shown whole: a text that cannot be shown is refused.

A window holds under a thousand bytes and has to fit a screen, so a long text comes in several, one after the
other, and what could be broken nowhere is broken all the same.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from senim_token.pinentry import LONGEST, Window, size
from senim_token.signed import in_words
from senim_token.states import NotDone, State
from senim_token.tokens import Token
from senim_token.wording import say

WINDOWS_AT_MOST = 12
ROWS_AT_MOST, LETTERS_IN_A_ROW = 20, 60
"""Of a window: with more it grows beyond the screen, and what it says there is signed unread."""
_UNBROKEN = re.compile(rf"([^ \n]{{{LETTERS_IN_A_ROW}}})(?=[^ \n])")
GROUP = 4
HIDDEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Categories of characters that show nothing or turn text round: what is read must be what is signed."""


@dataclass(frozen=True)
class Person:
    """Whose keys: a page's word before a certificate is there, the certificate's afterwards."""

    name: str
    iin: str


@dataclass(frozen=True)
class Asked:
    """Who asks, in which language the person reads."""

    origin: str
    language: str

    def words(self, text_id: str, **facts: object) -> str:
        return say(self.language, text_id, **facts)


def making(asked: Asked, person: Person, token: Token) -> Window:
    lines = [asked.words("making", origin=asked.origin), "", *_about(asked, person, token)]
    return _pin_window(asked, lines, token)


def made(asked: Asked, person: Person, token: Token, *, sign: str, auth: str) -> Window:
    keys = [
        asked.words("key_sign", fingerprint=grouped(sign)),
        asked.words("key_auth", fingerprint=grouped(auth)),
    ]
    lines = [asked.words("made", origin=asked.origin), "", *_about(asked, person, token), *keys]
    return _window(asked, "\n".join(lines))


def writing(asked: Asked, token: Token) -> Window:
    lines = [asked.words("writing", origin=asked.origin), "", asked.words("token", label=_line(token.label))]
    return _pin_window(asked, lines, token)


def signing(
    asked: Asked, person: Person, token: Token, *, fingerprint: str, content: bytes
) -> tuple[tuple[Window, ...], Window]:
    """The windows to read where one is not enough, then the one with the PIN.

    Raises NotDone: cannot-be-shown.
    """
    text = broken(_as_read(asked, content))
    about = [*_about(asked, person, token), asked.words("key", fingerprint=grouped(fingerprint))]
    whole = [asked.words("signing", origin=asked.origin), "", text, "", *about]
    if fits("\n".join(whole)):
        return (), _pin_window(asked, whole, token)
    parts = _parts(asked, text)
    last = [asked.words("signing", origin=asked.origin), asked.words("read"), "", *about]
    return parts, _pin_window(asked, last, token)


def _as_read(asked: Asked, content: bytes) -> str:
    """A document in words; as it is written where it has none, would be too long in words, or has characters
    in it that are to be seen only as they are spelled. Raises NotDone: cannot-be-shown."""
    text = readable(content)
    words = in_words(text, asked.language)
    whole = words and not any(map(_hidden, words)) and len(_cut(asked, broken(words))) <= WINDOWS_AT_MOST
    return words if whole else text


def readable(content: bytes) -> str:
    """Raises NotDone: cannot-be-shown."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise NotDone(State.CANNOT_BE_SHOWN) from wrong
    if not text.strip() or any(map(_hidden, text)):
        raise NotDone(State.CANNOT_BE_SHOWN)
    return text


def grouped(fingerprint: str) -> str:
    return " ".join(fingerprint[start : start + GROUP] for start in range(0, len(fingerprint), GROUP))


def _parts(asked: Asked, text: str) -> tuple[Window, ...]:
    parts = _cut(asked, text)
    if len(parts) > WINDOWS_AT_MOST:
        raise NotDone(State.CANNOT_BE_SHOWN)
    return tuple(
        _window(asked, f"{asked.words('page', number=number, count=len(parts))}\n\n{part}", ok="next")
        for number, part in enumerate(parts, 1)
    )


def _cut(asked: Asked, text: str) -> list[str]:
    """Or the first of its parts, where there are too many."""
    heading = asked.words("page", number=WINDOWS_AT_MOST, count=WINDOWS_AT_MOST) + "\n\n"
    return list(islice(in_parts(text, below=heading), WINDOWS_AT_MOST + 1))


def broken(text: str) -> str:
    """With a line's end wherever a row would have none."""
    return _UNBROKEN.sub(r"\1\n", text)


def fits(text: str) -> bool:
    """Into one window."""
    lines = text.expandtabs().split("\n")
    rows = sum(-(-len(line) // LETTERS_IN_A_ROW) or 1 for line in lines)
    return size(text) <= LONGEST and rows <= ROWS_AT_MOST


def in_parts(text: str, *, below: str) -> Iterable[str]:
    """Each fits into a window below that heading; together they are the text."""
    while text:
        part = _head(text, below)
        yield part
        text = text[len(part) :]


def _head(text: str, heading: str) -> str:
    for cut in range(1, len(text) + 1):
        if not fits(heading + text[:cut]):
            at = max(text.rfind(" ", 0, cut - 1), text.rfind("\n", 0, cut - 1)) + 1
            return text[: at or cut - 1]
    return text


def _about(asked: Asked, person: Person, token: Token) -> list[str]:
    lines = [asked.words("who", name=_line(person.name))]
    if person.iin:
        lines.append(asked.words("iin", iin=_line(person.iin)))
    return [*lines, asked.words("token", label=_line(token.label))]


def _pin_window(asked: Asked, lines: list[str], token: Token) -> Window:
    warning = asked.words(f"tries_{token.tries}") if token.tries else ""
    return _window(asked, "\n".join(lines), prompt=asked.words("pin"), warning=warning)


def _window(asked: Asked, text: str, *, ok: str = "ok", prompt: str = "", warning: str = "") -> Window:
    text = broken(text)
    if not fits(text):
        raise NotDone(State.CANNOT_BE_SHOWN)
    return Window(asked.words("title"), text, asked.words(ok), asked.words("cancel"), prompt, warning)


def _line(text: str) -> str:
    """What a certificate or a token says of itself must not begin a line of its own."""
    return " ".join("".join(one for one in text if not _hidden(one)).split())


def _hidden(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in HIDDEN
