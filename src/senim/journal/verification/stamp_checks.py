"""Time-stamps against the checkpoints they are over."""

from datetime import datetime

from senim.journal import stamping
from senim.journal.models import Checkpoint, TimeStamp
from senim.journal.verification.verdict import Tampering, Verification


def check(verdict: Verification) -> None:
    """Each token holds, says the time we noted, and no smaller tree was stamped later than a larger one."""
    latest: datetime | None = None
    for kept in TimeStamp.objects.order_by("size").iterator():
        where = f"time-stamp {kept.size}"
        if problem := _problem(kept):
            verdict.find(Tampering.TIME_STAMP, where, problem)
        elif latest and kept.gen_time_at < latest:
            verdict.find(Tampering.TIME_STAMP, where, "a smaller tree was stamped after it")
        else:
            latest = kept.gen_time_at
            verdict.stamped, verdict.stamped_at = kept.size, kept.gen_time_at


def _problem(kept: TimeStamp) -> str:
    head = Checkpoint.objects.filter(size=kept.size).first()
    if head is None:
        return "the checkpoint it is over is gone"
    try:
        said = stamping.verify(bytes(kept.token), note=head.note)
    except stamping.StampInvalid as invalid:
        return str(invalid)
    return "" if said.gen_time == kept.gen_time_at else "it says another time than was noted"
