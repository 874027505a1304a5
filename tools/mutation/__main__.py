"""``python -m tools.mutation``: the groups named, or all, within the minutes given."""

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tools.mutation import score, workplace
from tools.mutation.groups import GROUPS


def main() -> int:
    wanted = argparse.ArgumentParser(prog="python -m tools.mutation")
    wanted.add_argument("groups", nargs="*", metavar="ROOM", help=", ".join(GROUPS))
    wanted.add_argument("--minutes", type=float, default=24 * 60.0, help="stop after this long")
    wanted.add_argument("--again", action="store_true", help="try again what no test noticed")
    wanted.add_argument("--list", action="store_true", help="only list what no test noticed so far")
    options = wanted.parse_args()
    until = time.monotonic() + options.minutes * 60
    for name in options.groups or GROUPS:
        folder = workplace.ROOT / ".mutation" / name
        if not options.list:
            folder = workplace.prepare(name, GROUPS[name])
            only = unnoticed(folder) if options.again else ()
            workplace.run(folder, GROUPS[name], seconds=max(1.0, until - time.monotonic()), only=only)
            _write(name)
        else:
            print("\n".join(unnoticed(folder)))
    return 0


def unnoticed(folder: Path) -> tuple[str, ...]:
    """Changes that were tried, and that no test noticed."""
    found = score.outcomes(folder).items()
    return tuple(sorted(change for change, outcome in found if outcome in score.UNNOTICED))


def _write(name: str) -> None:
    found = score.score(workplace.ROOT / ".mutation" / name)
    page = workplace.ROOT / "docs" / "mutation.md"
    score.write(page, name, found, date=f"{datetime.now(UTC):%Y-%m-%d}", command=f"make mutation ONLY={name}")
    print(f"{name}: {found.noticed} of {found.tried} noticed ({found.share:.1%}), {found.changes} changes")


if __name__ == "__main__":
    sys.exit(main())
