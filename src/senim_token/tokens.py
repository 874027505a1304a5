"""The tokens that the configured libraries reach. Every task looks anew and ends with the libraries closed:

so a card pulled out and put in again is found, and no login outlives what it was typed for.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pkcs11
from pkcs11 import TokenFlag

from senim_token.states import NotDone, State

log = logging.getLogger("senim-token")
STATES: dict[type[pkcs11.PKCS11Error], State] = {
    pkcs11.PinIncorrect: State.PIN_WRONG,
    pkcs11.PinInvalid: State.PIN_WRONG,
    pkcs11.PinLenRange: State.PIN_WRONG,
    pkcs11.PinLocked: State.PIN_LOCKED,
    pkcs11.PinExpired: State.PIN_NOT_SET,
    pkcs11.UserPinNotInitialized: State.PIN_NOT_SET,
    pkcs11.DeviceMemory: State.TOKEN_FULL,
    pkcs11.DeviceRemoved: State.TOKEN_AWAY,
    pkcs11.NoSuchToken: State.TOKEN_AWAY,
    pkcs11.ObjectHandleInvalid: State.TOKEN_AWAY,
    pkcs11.SessionClosed: State.TOKEN_AWAY,
    pkcs11.SessionHandleInvalid: State.TOKEN_AWAY,
    pkcs11.SlotIDInvalid: State.TOKEN_AWAY,
    pkcs11.TokenNotPresent: State.TOKEN_AWAY,
    pkcs11.TokenNotRecognised: State.TOKEN_AWAY,
}


@dataclass(frozen=True)
class Token:
    """A token that is there. ``tries`` is what it says of its PIN: "", "few", "last"."""

    id: str
    label: str
    maker: str
    pin: State | None
    tries: str
    found: pkcs11.Token

    def told(self) -> dict[str, str]:
        """For a page."""
        state = self.pin.value if self.pin else "ready"
        return {"token": self.id, "label": self.label, "maker": self.maker, "state": state}


class Tokens:
    """Reaches tokens through the libraries of their makers."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        self._modules = modules
        self._libraries: dict[str, Any] = {}

    def listed(self) -> tuple[Token, ...]:
        """What is there now. Raises NotDone: no-module where no library answers at all."""
        self.let_go()
        found, broken = list[Token](), 0
        for module in self._modules:
            try:
                library = self._libraries[module] = pkcs11.lib(module)
                slots = library.get_slots(token_present=True)
                found += [token for slot in slots if (token := _read(module, slot))]
            except pkcs11.PKCS11Error as reason:
                log.warning("library %s does not answer: %s", module, type(reason).__name__)
                broken += 1
        if broken == len(self._modules):
            raise NotDone(State.NO_MODULE)
        return tuple(found)

    def token(self, token_id: str) -> Token:
        """Raises NotDone: token-away, pin-locked, pin-not-set."""
        token = self.looked_at(token_id)
        if token.pin is not None:
            raise NotDone(token.pin)
        return token

    def looked_at(self, token_id: str) -> Token:
        """Also one whose PIN cannot be used. Raises NotDone: token-away."""
        for token in self.listed():
            if token.id == token_id:
                return token
        raise NotDone(State.TOKEN_AWAY)

    def let_go(self) -> None:
        """End every session and login of this process."""
        for library in self._libraries.values():
            with suppress(pkcs11.PKCS11Error):
                library.finalize()


@contextmanager
def reasons() -> Iterator[None]:
    """What a library says, in the words of the protocol. Raises NotDone."""
    try:
        yield
    except pkcs11.PKCS11Error as reason:
        log.warning("the token says %s", type(reason).__name__)
        raise NotDone(STATES.get(type(reason), State.TOKEN_FAILED)) from reason


def _read(module: str, slot: pkcs11.Slot) -> Token | None:
    """None for a token that nobody has set up, or that went while we looked."""
    try:
        found = slot.get_token()
        flags = found.flags
    except pkcs11.PKCS11Error:
        return None
    if not flags & TokenFlag.TOKEN_INITIALIZED:
        return None
    name = hashlib.sha256(b"\0".join((module.encode(), found.serial, found.label.encode()))).hexdigest()[:32]
    tries = "last" if flags & TokenFlag.USER_PIN_FINAL_TRY else ""
    tries = tries or ("few" if flags & TokenFlag.USER_PIN_COUNT_LOW else "")
    return Token(name, found.label, found.manufacturer_id, _pin_state(flags), tries, found)


def _pin_state(flags: TokenFlag) -> State | None:
    if flags & TokenFlag.USER_PIN_LOCKED:
        return State.PIN_LOCKED
    return None if flags & TokenFlag.USER_PIN_INITIALIZED else State.PIN_NOT_SET
