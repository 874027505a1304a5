"""Why something was not done, as it stands in the protocol (docs/senim-token.md); pages have the words."""

from enum import StrEnum


class State(StrEnum):
    """A reason; whatever it is, the page can ask again."""

    BUSY = "busy"
    UNREADABLE = "unreadable"
    NO_MODULE = "no-module"
    TOKEN_AWAY = "token-away"
    TOKEN_FAILED = "token-failed"
    TOKEN_FULL = "token-full"
    PIN_WRONG = "pin-wrong"
    PIN_LOCKED = "pin-locked"
    PIN_NOT_SET = "pin-not-set"
    CANCELLED = "cancelled"
    NO_ANSWER = "no-answer"
    NO_WINDOW = "no-window"
    NO_KEY = "no-key"
    CANNOT_BE_SHOWN = "cannot-be-shown"


class NotDone(Exception):
    """What was asked for was not done; ``state`` says why."""

    def __init__(self, state: State) -> None:
        super().__init__(state.value)
        self.state = state
