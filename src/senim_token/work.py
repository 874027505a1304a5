"""What the program does for a page: list, make keys, sign, write certificates. One thing at a time.

Libraries of tokens are called in one thread: many are not made for two, and a card that thinks for seconds
must not hold up the window.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import pkcs11

from senim_token import keys, messages, shown
from senim_token.keys import Pair
from senim_token.pinentry import Window
from senim_token.shown import Asked, Person
from senim_token.states import NotDone, State
from senim_token.tokens import Token, Tokens, reasons

PURPOSES = ("sign", "auth")
T = TypeVar("T")


class Asks(Protocol):
    """The program's own window."""

    async def confirm(self, window: Window) -> None: ...

    async def pin(self, window: Window) -> str: ...


@dataclass(frozen=True)
class Request:
    """A certificate request, and the fingerprint of the key it is for."""

    der: bytes
    fingerprint: str


class Work:
    """Every task raises NotDone with the reason, and leaves nothing logged in."""

    def __init__(self, tokens: Tokens, window: Asks) -> None:
        self._tokens, self._window = tokens, window
        self._device = ThreadPoolExecutor(1, thread_name_prefix="token")
        self._busy = False

    async def tokens(self) -> tuple[Token, ...]:
        with self._alone():
            return await self._in_thread(self._tokens.listed)

    async def certificates(self, token_id: str) -> tuple[bytes, ...]:
        """Those on the token, for which no PIN is needed."""
        with self._alone():
            return await self._in_thread(lambda: self._certificates(token_id))

    async def make_keys(self, asked: Asked, token_id: str, person: Person) -> dict[str, Request]:
        """Two new pairs and their requests; if the person takes them back, the pairs are destroyed again."""
        with self._alone():
            token = await self._in_thread(lambda: self._tokens.token(token_id))
            session = await self._logged_in(token, shown.making(asked, person, token))
            pairs: dict[str, Pair] = {}
            try:
                await self._in_thread(lambda: _make_all(session, pairs))
                prints = {purpose: pairs[purpose].fingerprint for purpose in PURPOSES}
                await self._window.confirm(shown.made(asked, person, token, **prints))
            except BaseException:
                self._device.submit(_destroy_all, session, pairs)
                raise
            return await self._in_thread(lambda: _requests(session, pairs, person))

    async def sign(self, asked: Asked, token_id: str, certificate: bytes, content: bytes) -> bytes:
        """CMS over a text that was shown whole."""
        with self._alone():
            token = await self._in_thread(lambda: self._tokens.token(token_id))
            key_id = await self._in_thread(lambda: self._key_id(token, certificate))
            fingerprint = keys.fingerprint(messages.public_key_info(certificate))
            person = Person(*messages.owner(certificate))
            parts, last = shown.signing(asked, person, token, fingerprint=fingerprint, content=content)
            for part in parts:
                await self._window.confirm(part)
            session = await self._logged_in(token, last)
            return await self._in_thread(lambda: _signature(session, key_id, certificate, content))

    async def write(self, asked: Asked, token_id: str, certificates: tuple[bytes, ...]) -> int:
        """Put certificates beside their keys; the PIN is asked for only where the token wants it."""
        with self._alone():
            token = await self._in_thread(lambda: self._tokens.looked_at(token_id))
            try:
                await self._in_thread(lambda: _store_all(token.found.open(rw=True), certificates))
            except pkcs11.UserNotLoggedIn:
                session = await self._logged_in(token, shown.writing(asked, token))
                await self._in_thread(lambda: _store_all(session, certificates))
            return len(certificates)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._busy:
            raise NotDone(State.BUSY)
        self._busy = True
        try:
            with reasons():
                yield
        finally:
            self._busy = False
            self._device.submit(self._tokens.let_go)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """A page that goes away does not stop the token in the middle of something."""
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._device, work))

    async def _logged_in(self, token: Token, window: Window) -> pkcs11.Session:
        pin = await self._window.pin(window)
        return await self._in_thread(lambda: token.found.open(rw=True, user_pin=pin))

    def _certificates(self, token_id: str) -> tuple[bytes, ...]:
        with self._tokens.looked_at(token_id).found.open() as session:
            return tuple(keys.certificates(session))

    def _key_id(self, token: Token, certificate: bytes) -> bytes:
        with token.found.open() as session:
            found = keys.certificates(session)
        if certificate not in found:
            raise NotDone(State.NO_KEY)
        return found[certificate]


def _make_all(session: pkcs11.Session, pairs: dict[str, Pair]) -> None:
    """Into ``pairs`` one after the other: whoever gives up meanwhile knows what there is to destroy."""
    for purpose in PURPOSES:
        pairs[purpose] = keys.make(session, f"senim {purpose}")


def _destroy_all(session: pkcs11.Session, pairs: dict[str, Pair]) -> None:
    for pair in pairs.values():
        keys.destroy(session, pair)


def _requests(session: pkcs11.Session, pairs: dict[str, Pair], person: Person) -> dict[str, Request]:
    made = {purpose: _request(session, pair, person) for purpose, pair in pairs.items()}
    session.close()
    return made


def _request(session: pkcs11.Session, pair: Pair, person: Person) -> Request:
    der = messages.certificate_request(
        name=person.name,
        iin=person.iin,
        public=pair.public,
        sign=lambda data: keys.sign(session, pair.id, data),
    )
    return Request(der, pair.fingerprint)


def _signature(session: pkcs11.Session, key_id: bytes, certificate: bytes, content: bytes) -> bytes:
    signature = messages.detached_signature(
        content,
        certificate=certificate,
        at=datetime.now(UTC),
        sign=lambda data: keys.sign(session, key_id, data),
    )
    session.close()
    return signature


def _store_all(session: Any, certificates: tuple[bytes, ...]) -> None:
    with session:
        for der in certificates:
            keys.store(session, der)
