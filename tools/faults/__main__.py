"""``python -m tools.faults [PROCESS …]``: do every fault to every process of a fresh instance.

Prints a line each and writes ``docs/faults.md``; with processes named, does only those and writes nothing.
Exit 0 only if all came back and the journal is whole at the end.
"""

import json
import subprocess
import sys
from pathlib import Path

from tools.faults.kinds import FAULTS, Outcome
from tools.faults.page import page
from tools.faults.place import COMMAND, Place, place

PAGE = Path("docs/faults.md")


def main(only: list[str]) -> int:
    with place() as here:
        names = only or here.names()
        # Fault by fault: a process that fails again and again is started again later and later.
        done = {fault: {name: _do(here, fault, name) for name in names} for fault in FAULTS}
        found = {name: {fault: outcomes[name] for fault, outcomes in done.items()} for name in names}
        whole = _journal_is_whole(here)
    if not only:
        PAGE.write_text(page(found), encoding="utf-8")
    print("the journal is whole" if whole else "the journal is NOT whole")
    return 0 if whole else 1


def _do(here: Place, fault: str, name: str) -> Outcome:
    outcome = FAULTS[fault](here, name)
    took = "–" if outcome.seconds is None else f"{outcome.seconds:.1f} s"
    print(f"{name:<11} {fault:<17} {took:>7}  {outcome.told}", flush=True)
    return outcome


def _journal_is_whole(here: Place) -> bool:
    said = subprocess.run(
        [*COMMAND, "journal", "verify", "--json"],
        env=here.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.returncode == 0 and bool(json.loads(said.stdout)["ok"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
