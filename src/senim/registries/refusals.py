"""What the gateway says when there is no answer one can use."""

from typing import ClassVar

from senim.errors import Refused, Unavailable
from senim.texts import Text


class RegistryUnavailable(Unavailable):
    """The registry did not answer, or not in time. ``registry`` says which one in the reader's language."""

    clause: ClassVar[str] = "DD-13"

    def __init__(self, *, registry: Text) -> None:
        super().__init__(registry=registry)


class RegistryAnswerInvalid(Refused):
    """The registry answered, but not so that one may use it. ``problem`` is for the log, not for the page."""

    clause: ClassVar[str] = "DD-14a"

    def __init__(self, problem: str, *, registry: Text) -> None:
        super().__init__(registry=registry)
        self.problem = problem
