"""``docs/faults.md``, from what was measured."""

import os
import platform
from collections.abc import Mapping

from tools.faults.kinds import FAULTS, Outcome

INTRODUCTION = """\
# Faults

What comes back by itself after a fault in each process, after how many seconds, and what a person is
told. Written by `python -m tools.faults` on a machine with
{machine}. `make test` kills and freezes every
process, and takes a door's port.

- **kill -9**: the process is killed.
- **frozen**: the process and all it started are stopped (SIGSTOP); they are found within a few seconds.
  One that is not stopped and still does nothing, because its door answers no request or its loop gives no
  sign of life, is replaced after 60 s (120 s for those that wait for others themselves).
  Pages do not wait for that: while the database hangs, ours or somebody else's, they say so after
  `SENIM_DATABASE_ANSWERS_WITHIN`, and a form that was sent then is sent again by one press.
- **port taken**: the process ended, and another program took its port. Counted from when the port is free
  again.
- **disk full**: not a byte is left, and the process has to start there. Counted from when there is room
  again.
- **memory exhausted**: the kernel gives it not a page more, and it is asked to work. Counted from the fault,
  which a process that has little to do notices late. One that swells is
  replaced before the machine suffers (`SENIM_PROCESS_MEMORY_AT_MOST_MB`); PostgreSQL and the supervisor
  are the last that the kernel would choose.

"Back" means that every process is ready again, not this one alone. `senim status` says the same as the
terminal while a port is taken or the disk is full. Nothing is lost or done twice: the journal was
verified after the run.

What the supervisor cannot replace is itself: frozen, it leaves everything running as it is; killed,
everything ends with it, and `senim up` starts it again as it was.

"""


def page(found: Mapping[str, Mapping[str, Outcome]]) -> str:
    parts = [INTRODUCTION.format(machine=_machine()), _seconds(found)]
    parts += [_told(fault, found) for fault in FAULTS]
    return "\n".join(parts)


def _machine() -> str:
    load = f"load {os.getloadavg()[2]:.0f} in its last 15 minutes"
    return f"{os.cpu_count()} processors ({load}), Linux {platform.release().split('-')[0]}"


def _seconds(found: Mapping[str, Mapping[str, Outcome]]) -> str:
    lines = ["## Seconds until everything is back", "", f"| process | {' | '.join(FAULTS)} |"]
    lines.append(f"|---{'|---' * len(FAULTS)}|")
    lines += [
        f"| {name} | {' | '.join(_cell(done[fault]) for fault in FAULTS)} |" for name, done in found.items()
    ]
    return "\n".join([*lines, ""])


def _cell(outcome: Outcome) -> str:
    return "–" if outcome.seconds is None else f"{outcome.seconds:.1f}"


def _told(fault: str, found: Mapping[str, Mapping[str, Outcome]]) -> str:
    lines = [f"## What is told: {fault}", "", "| process | on the terminal and in the log |", "|---|---|"]
    lines += [f"| {name} | {done[fault].told.replace('|', '/')} |" for name, done in found.items()]
    return "\n".join([*lines, ""])
