"""What every process of ours starts with: ``python -m senim.runtime.supervision.child NAME``.

Sets up the log and Django, then runs the entry that the table names, and says over
``SENIM_READY_FD`` that it runs.
Entries are imported by name and not at the top of this file, because they may be imported only after that.
"""

import errno
import logging
import sys
from collections.abc import Callable, Iterator
from importlib import import_module

import django
import psycopg

from senim import pulse
from senim.pki.keys import KeyAway, WrongPassphrase
from senim.runtime import log, production
from senim.runtime.supervision.processes import PROCESSES, Process
from senim.settings import settings


def main(name: str) -> int:
    """Run the process of this name; returns its exit code."""
    process = next(each for each in PROCESSES if each.name == name)
    if production.refuses(settings):
        return production.EXIT
    log.configure({"process": name})
    try:
        run = entry_of(process)
        if not process.says_ready:
            pulse.beat()
        return run() or 0
    except KeyboardInterrupt:
        return 130
    except WrongPassphrase as reason:
        # Not tried again: a token is locked by a few wrong PINs.
        logging.getLogger("senim.runtime").error("%s cannot open its key: %s", name, reason)  # noqa: TRY400
        return production.EXIT
    except Exception as error:  # noqa: BLE001 - the process ends with it
        say_why(name, error)
        return 1


def say_why(name: str, error: BaseException) -> None:
    """In one line where the reason lies outside the process; else with everything that helps to find it."""
    log_of = logging.getLogger("senim.runtime")
    for each in _chain(error):
        if isinstance(each, psycopg.OperationalError):
            log_of.error("%s ended: the database is away", name)
            return
        if isinstance(each, KeyAway):
            log_of.error("%s ended: %s", name, each)
            return
        if isinstance(each, OSError) and each.errno == errno.ENOSPC:
            log_of.error("%s ended: there is no room on the disk", name)
            return
    log_of.error("%s ended by an error", name, exc_info=error)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it came from, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def entry_of(process: Process) -> Callable[[], int | None]:
    if process.django:
        django.setup()
    module, _, function = process.entry.partition(":")
    entry: Callable[[], int | None] = getattr(import_module(module), function)
    return entry


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
