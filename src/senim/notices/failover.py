"""Hand one SMS to whichever provider takes it: one after the other, at once, each at most once.

A provider that refused, was busy or could not be reached certainly does not have the message; the next one's
is the only copy. One that took it and did not answer may have it: then the next is given the same words, so
that a person may read the same code twice, and never two codes. Whoever answers later is not heard.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from senim.notices import smpp, weights
from senim.notices.providers import NotSubmitted, OutcomeUnknown, Rejected
from senim.notices.smpp.centres import Centre


@dataclass
class Outcome:
    """``provider`` took it; ``in_doubt`` may have. Of the others, ``busy`` and ``rejected`` say why not."""

    provider: str = ""
    reference: str = ""
    in_doubt: str = ""
    busy: str = ""
    """Some provider might take it later, if its time is not over."""
    rejected: str = ""


def hand_over(*, to: str, text: str, expires_at: datetime | None, not_to: str, at: datetime) -> Outcome:
    """Ask the providers in turn until one takes the message or its time is over. ``not_to``: may have it."""
    began, outcome, refusers = time.monotonic(), Outcome(in_doubt=not_to), list[tuple[Centre, str]]()
    for centre in weights.in_turn(at=at):
        now = at + timedelta(seconds=time.monotonic() - began)
        if centre.name == not_to:
            continue
        if expires_at is not None and now >= expires_at:
            outcome.busy = outcome.busy or "too late"
            break
        try:
            valid_for = expires_at - now if expires_at else None
            outcome.reference = smpp.submit(centre=centre, to=to, text=text, valid_for=valid_for)
        except NotSubmitted as down:
            outcome.busy = str(down)
            weights.failed(centre, problem=str(down), at=now)
        except OutcomeUnknown as broken:
            outcome.in_doubt = centre.name
            weights.failed(centre, problem=str(broken), at=now)
        except Rejected as no:
            outcome.rejected = str(no)
            refusers.append((centre, str(no)))
        else:
            outcome.provider = centre.name
            break
    if outcome.provider:  # else it is the message that nobody takes
        for centre, problem in refusers:
            weights.failed(centre, problem=problem, at=at)
    return outcome
