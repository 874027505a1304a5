"""Keys in PKCS#11 tokens: made in them, used in them, never seen here (PKCS #11 v2.40).

A process has one session with a token and keeps it, with the handles of its keys: looking a key up for every
signature takes four times as long, logging in for every one twenty-six times. A session that is lost is
opened again once. Where that fails the token is away: signing says so at once, and only ``look`` asks for it.

Needs the extra ``server``; everything else in this room needs `cryptography` alone.
"""

import hmac
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

import pkcs11
from pkcs11 import Attribute, Mechanism, ObjectClass, TokenFlag

from senim.pki.keys import (
    KeyAlgorithm,
    KeyAway,
    KeyExists,
    KeyMissing,
    PrivateKey,
    PublicKey,
    UnsupportedKey,
    WrongPassphrase,
)
from senim.pki.token_keys import can_be_taken_out, key_of, make, public_key

PIN_REFUSED = (
    pkcs11.PinIncorrect,
    pkcs11.PinInvalid,
    pkcs11.PinLenRange,
    pkcs11.PinExpired,
    pkcs11.PinLocked,
    pkcs11.UserPinNotInitialized,
)
DO_NOT_TRY = {
    TokenFlag.USER_PIN_LOCKED: "its PIN is locked",
    TokenFlag.USER_PIN_FINAL_TRY: "one try of its PIN is left, which only a person may use: log in by hand",
}

T = TypeVar("T")
log = logging.getLogger("senim.pki")
_one_at_a_time = threading.RLock()
"""Libraries are started without locks of their own, and one restart ends the sessions of all tokens."""
_tokens: dict[tuple[str, str], "Token"] = {}


class Token:
    """One token, by the path of its maker's library and its label, and this process's session with it."""

    def __init__(self, module: str, label: str) -> None:
        self.module, self.label = module, label
        self.away = ""
        """Why it cannot be reached; empty while it can."""
        self._pin = self._refused = ""
        self._session: pkcs11.Session | None = None
        self._handles: dict[str, Any] = {}
        self._public: dict[str, PublicKey] = {}

    def unlock(self, pin: str) -> None:
        """Log in; where we are, make sure that this is the PIN. Raises WrongPassphrase, KeyAway."""
        with _one_at_a_time:
            if self._session is None:
                self._pin, self._refused = pin, ""
                self._log_in(afresh=bool(self.away))
            elif not hmac.compare_digest(self._pin.encode(), pin.encode()):
                raise WrongPassphrase(f"not the PIN that opened token {self.label}")

    def make(self, label: str, algorithm: KeyAlgorithm) -> None:
        """A new key that cannot be taken out. Raises KeyExists, KeyAway."""
        self._done(lambda session: self._make(session, label, algorithm))

    def key(self, label: str) -> PrivateKey:
        """Raises KeyMissing, KeyAway; UnsupportedKey also where the key could be taken out."""
        if self._done(lambda session: can_be_taken_out(self._handle(session, label))):
            raise UnsupportedKey(f"key {label} of token {self.label} could be taken out of it")
        return key_of(self, label, self._public[label])

    def sign(self, label: str, digest: bytes, mechanism: Mechanism) -> bytes:
        """The token's own signature format. Raises UNUSABLE."""
        if self.away:
            raise KeyAway(self.away)
        return self._done(
            lambda session: bytes(self._handle(session, label).sign(digest, mechanism=mechanism))
        )

    def look(self, label: str) -> None:
        """Ask for the key anew, and log in again where the token was away. Raises UNUSABLE."""
        with _one_at_a_time:
            if self.away:
                self._log_in(afresh=True)
            self._done(lambda session: self._see(session, label))

    def _see(self, session: pkcs11.Session, label: str) -> None:
        """First by its handle: in a session that is lost the library cannot end a search it began."""
        self._handle(session, label)[Attribute.LABEL]
        self._found(session, ObjectClass.PRIVATE_KEY, label)

    def forget(self) -> None:
        """The session has ended with the library; handles of another one could mean other keys."""
        self._session, self._handles = None, {}

    def _done(self, work: Callable[[pkcs11.Session], T]) -> T:
        """Work in the session; where that was lost, once more in a new one."""
        with _one_at_a_time:
            session = self._session or self._log_in()
            try:
                return work(session)
            except pkcs11.PKCS11Error as lost:
                said = (self.label, _named(lost))
                log.warning("the session with token %s was lost (%s) and is opened again", *said)
            session = self._log_in(afresh=True)
            try:
                return work(session)
            except pkcs11.PKCS11Error as reason:
                self._leave(reason)

    def _log_in(self, *, afresh: bool = False) -> pkcs11.Session:
        if self._refused:
            raise WrongPassphrase(self._refused)
        try:
            token = library(self.module, afresh=afresh).get_token(token_label=self.label)
            self._refuse_last_try(token)
            self._session = token.open(user_pin=self._pin)
        except PIN_REFUSED as refused:
            self._refused = f"token {self.label} does not take this PIN ({type(refused).__name__})"
            raise WrongPassphrase(self._refused) from refused
        except pkcs11.PKCS11Error as reason:
            self._leave(reason)
        self.away = ""
        return self._session

    def _refuse_last_try(self, token: pkcs11.Token) -> None:
        """A process that is started again and again must not lock what it serves."""
        for flag, why in DO_NOT_TRY.items():
            if token.flags & flag:
                self._refused = f"token {self.label}: {why}"
                raise WrongPassphrase(self._refused)

    def _leave(self, reason: pkcs11.PKCS11Error) -> NoReturn:
        self.forget()
        self.away = f"token {self.label} is away ({_named(reason)})"
        raise KeyAway(self.away) from reason

    def _handle(self, session: pkcs11.Session, label: str) -> Any:
        """The private key; under its label must be the key that was there before."""
        if label not in self._handles:
            public = public_key(self._found(session, ObjectClass.PUBLIC_KEY, label))
            if self._public.setdefault(label, public) != public:
                raise KeyMissing(f"token {self.label} has another key under {label} now")
            self._handles[label] = self._found(session, ObjectClass.PRIVATE_KEY, label)
        return self._handles[label]

    def _found(self, session: pkcs11.Session, kind: ObjectClass, label: str) -> Any:
        try:
            return session.get_key(object_class=kind, label=label)
        except pkcs11.NoSuchKey as missing:
            raise KeyMissing(f"token {self.label} has no key {label}") from missing
        except pkcs11.MultipleObjectsReturned as several:
            raise UnsupportedKey(f"token {self.label} has several keys {label}") from several

    def _make(self, session: pkcs11.Session, label: str, algorithm: KeyAlgorithm) -> None:
        with suppress(KeyMissing):
            self._found(session, ObjectClass.PRIVATE_KEY, label)
            raise KeyExists(label)
        with session.token.open(rw=True) as writing:
            make(writing, label, algorithm)


class TokenKeyStore:
    """The keys of one token; the passphrase is its PIN."""

    def __init__(self, module: str, token: str) -> None:
        self._token = _tokens.setdefault((module, token), Token(module, token))

    def create(self, label: str, *, algorithm: KeyAlgorithm, passphrase: str) -> PrivateKey:
        """Make a new key inside. Raises KeyExists, WrongPassphrase, KeyAway."""
        self._token.unlock(passphrase)
        self._token.make(label, algorithm)
        return self._token.key(label)

    def open(self, label: str, *, passphrase: str) -> PrivateKey:
        """Raises KeyMissing, WrongPassphrase, KeyAway; UnsupportedKey where the key could be taken out."""
        self._token.unlock(passphrase)
        return self._token.key(label)


def library(module: str, *, afresh: bool) -> Any:
    """The maker's library; ``afresh`` where it must look for its tokens again."""
    found = pkcs11.lib(module)
    if afresh:
        for token in _tokens.values():
            if token.module == module:
                token.forget()
        with suppress(pkcs11.PKCS11Error):
            found.finalize()
        found.initialize()
    return found


def flags_of(module: str, label: str) -> TokenFlag:
    """What a token says of itself without being asked for a PIN. Raises KeyAway."""
    with _one_at_a_time:
        try:
            return TokenFlag(library(module, afresh=False).get_token(token_label=label).flags)
        except pkcs11.PKCS11Error as reason:
            raise KeyAway(f"token {label} is away ({_named(reason)})") from reason


def _named(reason: pkcs11.PKCS11Error) -> str:
    """The standard's name of what went wrong; the library's own words where it has none."""
    return str(reason) if type(reason) is pkcs11.PKCS11Error else type(reason).__name__
