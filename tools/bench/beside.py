"""Runs a module's ``main`` with Django set up, beside a running instance: ``… beside MODULE ARGUMENTS``."""

import os
import subprocess
import sys
from importlib import import_module

import django

from senim.runtime.database.postgres import Postgres
from tools.bench.measure import CannotMeasure
from tools.demo.instance import Instance


def run_beside(here: Instance, module: str, *arguments: str, **environment: str) -> str:
    """The last line that the module prints, run beside the instance on its database. Raises CannotMeasure."""
    home = here.people.parent.parent
    environment = {
        **os.environ,
        "SENIM_HOME": str(home),
        "SENIM_DATABASE_URL": Postgres(home, output=subprocess.DEVNULL).url(),
        "SENIM_PROCESS": "command",
        "DJANGO_SETTINGS_MODULE": "senim.runtime.django_settings",
        "SENIM_RESPONDERS_PORT": here.responders.rsplit(":", 1)[1],
        **environment,
    }
    command = [sys.executable, "-m", "tools.bench.beside", module, *arguments]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if said.returncode:
        raise CannotMeasure(said.stderr[-2000:])
    return said.stdout.strip().split("\n")[-1]


if __name__ == "__main__":
    django.setup()
    import_module(sys.argv[1]).main()
