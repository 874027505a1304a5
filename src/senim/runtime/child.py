"""What every process of ours starts with: ``python -m senim.runtime.child NAME``.

Sets up the log and Django, then runs the entry that the table names, and says over
``SENIM_READY_FD`` that it runs.
Entries are imported by name and not at the top of this file, because they may be imported only after that.
"""

import logging
import sys
from collections.abc import Callable
from importlib import import_module

import django

from senim import pulse
from senim.runtime import log, production
from senim.runtime.processes import PROCESSES, Process
from senim.settings import settings


def main(name: str) -> int:
    """Run the process of this name; returns its exit code."""
    process = next(each for each in PROCESSES if each.name == name)
    if production.refuses(settings):
        return production.EXIT
    log.configure({"process": name})
    try:
        run = entry_of(process)
        pulse.beat()
        return run() or 0
    except KeyboardInterrupt:
        return 130
    except Exception:
        logging.getLogger("senim.runtime").exception("%s ended by an error", name)
        return 1


def entry_of(process: Process) -> Callable[[], int | None]:
    if process.django:
        django.setup()
    module, _, function = process.entry.partition(":")
    entry: Callable[[], int | None] = getattr(import_module(module), function)
    return entry


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
