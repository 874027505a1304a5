"""Freezing: what happens when somebody reads a line about themselves and says "this was not me" (PT-2.4).

Password, code and passkeys sign nobody in any more, no factor is added or changed, every other session ends,
and a case with a number goes to the provider's responsible staff, who answers in words. A certificate goes on
signing in, so that nobody is shut out by it, and only the holder's signature unfreezes.

Only the holder's own session freezes, and not one by password alone: a page says so (``ServiceClass``). A
session that came in by anything but a signature ends with it, too: a thief who freezes is outside.

* every verb that adds or changes a factor calls ``refuse_if_frozen`` in its transaction; one may be taken
  away meanwhile, so that the holder can get rid of what is not theirs before opening the rest;
* ``freeze``, ``unfreeze``; ``answering`` is the desk's side; ``process`` the table.
"""

from senim.accounts.freezing.frozen import AccountFrozen, is_frozen, refuse_if_frozen
from senim.accounts.freezing.verbs import Frozen, Line, case_of, freeze, unfreeze, unfreezing_text

__all__ = [
    "AccountFrozen",
    "Frozen",
    "Line",
    "case_of",
    "freeze",
    "is_frozen",
    "refuse_if_frozen",
    "unfreeze",
    "unfreezing_text",
]
