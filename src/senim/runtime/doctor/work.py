"""Work that waits: jobs of each queue, records without a leaf, checkpoints nobody else has seen or dated."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from senim.archive import condition as archived
from senim.journal import condition
from senim.operators import papers, register
from senim.runtime.doctor.findings import Case, Finding, broken, warning
from senim.runtime.jobs import job_board

WAITING_WARNING, WAITING_BROKEN = 60.0, 900.0
"""Seconds a job may be due; workers take one up within two."""
UNSEQUENCED_WARNING, UNSEQUENCED_BROKEN = 10.0, 60.0
"""The sequencer works once a second."""
SHOWN = 3
SILENT_AT_MOST = timedelta(minutes=10)
"""Restarts of a witness or of the time-stamping authority are shorter."""


def queues(case: Case) -> Iterator[Finding]:
    standing = job_board.standing()
    for one in standing:
        seconds = (case.at - one.waits_since).total_seconds() if one.waits_since else 0.0
        if seconds > WAITING_WARNING:
            said = broken if seconds > WAITING_BROKEN else warning
            yield said("queues.waiting", queue=one.queue, seconds=round(seconds))
    set_aside = Counter((job.queue, job.task) for job in job_board.jobs(state="set aside"))
    for (queue, task), number in sorted(set_aside.items()):
        yield warning("queues.failed", queue=queue, task=task, number=number)
    for one in standing:
        if one.stalled:
            yield broken("queues.stalled", queue=one.queue, number=one.stalled)


def journal(case: Case) -> Iterator[Finding]:
    waiting = condition.waiting()
    if waiting is None:
        return
    seconds = (case.at - waiting.since_at).total_seconds()
    if seconds > UNSEQUENCED_WARNING:
        said = broken if seconds > UNSEQUENCED_BROKEN else warning
        yield said("journal.waiting", number=waiting.count, seconds=round(seconds))


def witnesses(case: Case) -> Iterator[Finding]:
    """A witness that contradicts is the alarm it is there for; one that is silent sees nothing meanwhile."""
    if not case.settings.is_sandbox and not case.settings.journal_witnesses:
        yield warning("witnesses.none")
    for one in condition.complaints():
        facts = {"witness": one.witness, "problem": one.problem, "since": f"{one.since_at:%F %H:%M} UTC"}
        if one.against_us:
            yield broken("witnesses.against_us", **facts)
        elif case.at - one.since_at > SILENT_AT_MOST:
            yield warning("witnesses.silent", **facts)


def time_stamps(case: Case) -> Iterator[Finding]:
    since = condition.unstamped_since()
    if since and case.at - since > case.settings.journal_stamped_every + SILENT_AT_MOST:
        yield warning("time_stamps.missing", since=f"{since:%F %H:%M} UTC")


def archive(_: Case) -> Iterator[Finding]:
    """Bodies that were changed, and scans of before 0.6.0 that lie unsealed. A body that is gone, or whose
    digest was changed too, the journal tells of."""
    damaged = archived.unlike_their_digests(all_of_them=False)
    if damaged:
        numbers = ", ".join(one.number for one in damaged[:SHOWN])
        yield broken("archive.damaged", number=len(damaged), papers=numbers)
    if unsealed := papers.unsealed().count():
        yield warning("archive.unsealed", number=unsealed)


def workplaces(case: Case) -> Iterator[Finding]:
    """Offices whose operators may sign in from anywhere, since nobody named the office's networks."""
    if case.settings.is_sandbox:
        return
    if offices := register.offices_without_networks():
        yield warning("workplaces.anywhere", number=len(offices), offices=", ".join(offices[:SHOWN]))
