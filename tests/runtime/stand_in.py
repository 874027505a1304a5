"""An instance of stand-ins under the real supervisor, with a real PostgreSQL: ``stand_in.py NAMES…``."""

import functools
import os
import sys

from senim.runtime import instance, log
from senim.runtime.database.postgres import Postgres
from senim.runtime.isolation import secrets
from senim.runtime.supervision.children import Child, DatabaseServer
from senim.runtime.supervision.processes import Process
from senim.runtime.supervision.supervisor import StepFailed, Supervisor
from senim.settings import settings

TABLE = {
    "door": Process(
        "door",
        "tests.runtime.programs.door",
        needs=("postgres",),
        port="portal_port",
        host="portal_host",
        program=True,
    ),
    "mute": Process(
        "mute",
        "tests.runtime.programs.mute",
        port="portal_port",
        host="portal_host",
        program=True,
        silent_at_most=4.0,
    ),
    "hanging": Process("hanging", "tests.runtime.programs.hanging", program=True, silent_at_most=4.0),
    "quiet": Process("quiet", "tests.runtime.programs.quiet", needs=("door",), program=True),
    "deaf": Process("deaf", "tests.runtime.programs.deaf", program=True),
    "failing": Process("failing", "tests.runtime.programs.failing", program=True, once=True),
    "misconfigured": Process("misconfigured", "tests.runtime.programs.misconfigured", program=True),
    "refused": Process("refused", "tests.runtime.programs.misconfigured", program=True, once=True),
}


def main(names: list[str]) -> int:
    log.configure({"process": "supervisor"})
    with instance.lock(settings.home):
        secrets.make_missing(settings.home)
        children = [Child(TABLE[name], settings, dict(os.environ)) for name in names if name != "postgres"]
        if "postgres" in names:
            children.insert(0, DatabaseServer(Postgres(settings.home, settings={"fsync": "off"}), settings))
        Child.stop_within = 1.5
        state_file = settings.home / "run" / "state.json"
        try:
            ready = functools.partial(print, "all ready", flush=True)
            Supervisor(children, settings, state_file=state_file, announce=ready).run()
        except StepFailed as failed:
            print(failed, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
