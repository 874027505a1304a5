"""``senim up``: the whole instance in the foreground, until Ctrl-C."""

import argparse
import json
import os
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from senim.runtime import instance, lan, log, production
from senim.runtime.database import database_roles
from senim.runtime.database.database_roles import RolesMissing
from senim.runtime.database.external_database import refuse_unfit
from senim.runtime.database.postgres import CannotRun, Postgres, choose_identity
from senim.runtime.instance import InstanceRuns, PortTaken
from senim.runtime.isolation import secrets, user_ids
from senim.runtime.isolation.root_guard import RootOpen, refuse_open_root, users_of
from senim.runtime.isolation.user_ids import UserIds
from senim.runtime.lan import NotOpened
from senim.runtime.soft_tokens import SoftHsmMissing
from senim.runtime.supervision.children import Child, DatabaseServer
from senim.runtime.supervision.outside_lines import Lines
from senim.runtime.supervision.processes import POSTGRES, processes_of
from senim.runtime.supervision.supervisor import StepFailed, Supervisor
from senim.settings import Settings, settings

LARGEST_LOG = 50_000_000
REASONS = (InstanceRuns, NotOpened, PortTaken, CannotRun, RolesMissing, RootOpen, SoftHsmMissing, StepFailed)


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    up = commands.add_parser("up", help="start everything and keep it running, in the foreground")
    up.add_argument(
        "--lan",
        nargs="?",
        const="",
        metavar="ADDRESS",
        help="serve portal and desk over HTTPS at this machine's address, for phones (sandbox only)",
    )
    up.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Returns the exit code: 0 after a clean stop, else 1 or 78, with the reasons on the terminal."""
    instance.make_home(settings.home)
    if production.refuses(settings):
        return production.EXIT
    log.configure({"process": "supervisor"})
    try:
        with instance.lock(settings.home):
            return _run(_as_asked(options))
    except REASONS as reason:
        print(f"senim: {reason}", file=sys.stderr)
        return 1


def _as_asked(options: argparse.Namespace) -> Settings:
    """The settings, opened to phones where that is asked for. Raises NotOpened."""
    if options.lan is None:
        return settings
    opened = lan.opened(settings, address=options.lan)
    os.environ.update(lan.environment(opened))
    return opened


def _run(settings: Settings) -> int:
    table = processes_of(settings)
    ids = user_ids.choose(first=settings.first_user_id, home=settings.home)
    refuse_open_root(settings, users_of(settings, ids))
    if settings.database_url:
        refuse_unfit(settings.database_url)
    instance.check_ports(table, settings)
    log.set_aside(settings.home, larger_than=LARGEST_LOG)
    secrets.make_missing(settings.home)
    lan.prepare(settings)
    heard = {process.name: Lines(process.name) for process in table if process.program}
    heard[POSTGRES] = Lines(POSTGRES)
    server = _server(settings, ids, output=heard[POSTGRES].writing)
    environment = instance.environment(settings, server.url() if server else settings.database_url)
    children: list[Child] = [DatabaseServer(server, settings, ids)] if server else []
    for process in table:
        output = heard[process.name].writing if process.program else None
        children.append(Child(process, settings, environment, output=output, ids=ids))
    try:
        _supervise(children, settings, ids, heard.values())
    finally:
        if server:
            server.release()
    return 0


def _server(settings: Settings, ids: UserIds, *, output: int) -> Postgres | None:
    """Ours, or none where another is named; that one then has its roles. Raises RolesMissing, CannotRun."""
    if not settings.database_url:
        return Postgres(settings.home, output=output, identity=choose_identity(ids))
    database_roles.ensure(settings.database_url, settings.home)
    return None


def _supervise(children: list[Child], settings: Settings, ids: UserIds, heard: Collection[Lines]) -> None:
    state_file = settings.home / "run" / "state.json"
    supervisor = Supervisor(
        children, settings, state_file=state_file, announce=lambda: announce(settings, ids)
    )
    for lines in heard:
        supervisor.listen(lines.reading, lines.hear)
    try:
        supervisor.run()
    finally:
        for lines in heard:
            lines.hear()


def announce(settings: Settings, ids: UserIds) -> None:
    """Where to go and as whom."""
    rows = [("portal", settings.portal_origin), ("desk", settings.desk_origin)]
    rows += [("partners", settings.partners_origin), ("responders", settings.responders_origin)]
    if settings.is_sandbox:
        rows += [("sandbox", settings.sandbox_origin)]
    lines = ["", "Senim runs.", *(f"  {name:<11} {address}" for name, address in rows)]
    if settings.lan_address:
        lines += lan.announcement(settings)
    if people := test_people(settings.home):
        lines += ["", "Test people (PKCS#12 file, password):", *(f"  {line}" for line in people)]
    if not ids.apart:
        lines += ["", f"All processes share one user id: {ids.why_shared} (docs/threat-model.md)."]
    print(
        "\n".join(
            [*lines, "", f"Data, logs and keys: {settings.home.absolute()}. Ctrl-C stops all of it.", ""]
        )
    )
    sys.stdout.flush()


def test_people(home: Path) -> list[str]:
    """The sandbox's people that have a certificate from the start."""
    with suppress(OSError, ValueError):
        folder = home.absolute() / "sandbox" / "people"
        people = json.loads((folder / "passwords.json").read_text(encoding="utf-8")).values()
        return [f"{one['name']:<42} {folder / one['file']}  {one['password']}" for one in people]
    return []
