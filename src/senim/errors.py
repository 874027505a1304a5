"""Refusals: the one way a verb says no.

A refusal is a named class beside the verb that raises it. It carries the clause of law, and says its reason
and what to do next in the reader's language: the texts ``<room>.refusal.<name>`` and
``<room>.refusal.<name>.next``, where name is the class in snake_case. Each door has one table from refusal to
page, problem document, OCSP status or PKI failure.
"""

import re
from typing import ClassVar

from senim.texts import Text


class Refused(Exception):
    """A reasoned refusal. Facts given to the constructor fill the texts; they must be fit for a page."""

    clause: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        super().__init__(f"{type(self).__name__} ({self.clause})")
        self.facts = facts

    @property
    def reason(self) -> Text:
        return Text(self.text_id(), **self.facts)

    @property
    def next_step(self) -> Text:
        return Text(f"{self.text_id()}.next", **self.facts)

    @classmethod
    def text_id(cls) -> str:
        room = cls.__module__.split(".")[1]
        return f"{room}.refusal.{re.sub(r'(?<!^)(?=[A-Z])', '_', cls.__name__).lower()}"


class Unavailable(Refused):
    """Something outside did not answer: nothing was decided, and trying again is right."""

    retry_after_seconds: ClassVar[int] = 10


class NotFound(Refused):
    """There is no such thing, or it is not this person's: the answer is the same."""
