"""``python -m tools.mutation``: the groups named, or all, within the minutes given."""

import argparse
import math
import sys
import time
from datetime import UTC, datetime

from tools.mutation import score, workplace
from tools.mutation.groups import GROUPS

A_DAY = 24 * 60.0
ENOUGH_SECONDS = 30.0
"""Of tests for one change, the quickest first. A second trial has no such bound."""


def main() -> int:
    options = _options()
    until = time.monotonic() + (options.minutes or A_DAY) * 60
    groups = options.groups or list(GROUPS)
    for done, name in enumerate(groups):
        if options.list:
            print("\n".join(score.unnoticed(workplace.folder_of(name))))
            continue
        seconds = max(1.0, until - time.monotonic()) / (len(groups) - done)
        _run(name, seconds=seconds, again=options.again)
        _write(name, options)
    return 0


def _options() -> argparse.Namespace:
    wanted = argparse.ArgumentParser(prog="python -m tools.mutation")
    wanted.add_argument("groups", nargs="*", metavar="ROOM", help=", ".join(GROUPS))
    wanted.add_argument("--minutes", type=float, help="stop after this long, each room having its part")
    wanted.add_argument("--again", action="store_true", help="try again what no test noticed")
    wanted.add_argument("--list", action="store_true", help="only list what no test noticed so far")
    return wanted.parse_args()


def _run(name: str, *, seconds: float, again: bool) -> None:
    group = GROUPS[name]
    folder = workplace.prepare(name, group)
    if not again:
        workplace.run(folder, group, seconds=seconds, enough=ENOUGH_SECONDS)
    elif before := score.unnoticed(folder):
        workplace.run(folder, group, seconds=seconds, enough=math.inf, only=before)
        score.note_late(folder, before)


def _write(name: str, options: argparse.Namespace) -> None:
    found = score.score(workplace.folder_of(name))
    if not found.tried:
        print(f"{name}: the time was over before the first of {found.changes} changes was tried")
        return
    minutes = f" MINUTES={options.minutes:g}" if options.minutes else ""
    # A second trial draws no sample: the line goes on naming the command that drew it.
    command = "" if options.again else f"make mutation ONLY={name}{minutes}"
    page = workplace.ROOT / "docs" / "mutation.md"
    score.write(page, name, found, date=f"{datetime.now(UTC):%Y-%m-%d}", command=command)
    print(f"{name}: {' | '.join(found.cells())}")


if __name__ == "__main__":
    sys.exit(main())
