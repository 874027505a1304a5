"""The ``senim`` command. Each sub-command lives in a module of its own, which registers it.

Commands that need the database run in a process of their own, started when it is known which database that
is: the one named in the environment, the running instance's, or one started for as long as the command runs.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from senim.runtime import instance, terminal, up
from senim.runtime.console import check_proof, database_commands, rulebook_commands, status
from senim.runtime.database import database_roles
from senim.runtime.database.database_roles import RolesMissing
from senim.runtime.database.external_database import refuse_unfit
from senim.runtime.database.postgres import CannotRun, Postgres, choose_identity
from senim.runtime.doctor import before
from senim.runtime.isolation import belongings, handing, secrets, user_ids
from senim.runtime.soft_tokens import SoftHsmMissing
from senim.runtime.supervision import lifeline
from senim.runtime.supervision.processes import COMMAND, Process, named
from senim.settings import settings

IN_THE_DATABASE = {
    "migrate": "bring the database's tables up to this version",
    "ca": "the certification authority: ceremony, certificates of its own",
    "certs": "certificates: find, revoke",
    "operators": "operators of the registration authority: their standing, letters, lost keys",
    "systems": "admitted information systems: list, show, suspend; who decides about them",
    "workers": "workers of the State Corporation's counter: list, appoint, dismiss",
    "archive": "accepted papers: verify, those whose term is over, destroy them",
    "crl": "revocation lists: show, publish",
    "journal": "check the journal",
    "doctor": "say what is wrong and how to mend it",
    "jobs": "jobs that wait, run, stall or are set aside; run one again, drop one",
}
AS_PROCESS = {"migrate": named("migrate"), "ca": named("ceremony")}
"""Commands with the rights and secrets of another process; the rest have those of ``command``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return terminal.while_somebody_reads(lambda: _run(given))


def _run(given: list[str]) -> int:
    if given[:2] == ["journal", "check"]:
        return check_proof.main(given[2:])
    if given and given[0] in IN_THE_DATABASE:
        return _beside_the_database(given)
    options = parser().parse_args(given)
    run: int = options.run(options)
    return run


def parser() -> argparse.ArgumentParser:
    every = argparse.ArgumentParser(prog="senim", description="An open e-government trust platform.")
    commands = every.add_subparsers(required=True, metavar="command")
    for module in (up, status, rulebook_commands, database_commands):
        module.register(commands)
    for name, said in IN_THE_DATABASE.items():
        commands.add_parser(name, help=said)
    return every


def _beside_the_database(given: list[str]) -> int:
    if given[0] == "doctor" and (reason := before.in_the_way(settings)):
        print(reason, file=sys.stderr)
        return 2
    instance.make_home(settings.home)
    # In production all others are given; these are between Senim and its database.
    secrets.make_missing(settings.home, secrets.SECRETS if settings.is_sandbox else secrets.DATABASE_ROLES)
    try:
        if settings.database_url and given[0] != "doctor":
            refuse_unfit(settings.database_url)
        with database() as url:
            if given[0] == "migrate" and settings.database_url:
                database_roles.ensure(url, settings.home)
            return _in_a_process(given, url)
    except (CannotRun, RolesMissing, SoftHsmMissing) as reason:
        print(f"senim: {reason}", file=sys.stderr)
        return 2 if given[0] == "doctor" else 1


@contextmanager
def database() -> Iterator[str]:
    """The URL of the instance's database, which answers for the length of the block. Raises CannotRun."""
    if settings.database_url:
        yield settings.database_url
        return
    folder = settings.home / "log"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ids = user_ids.choose(first=settings.first_user_id, home=settings.home)
    with (folder / "postgres.log").open("ab") as output:
        os.fchmod(output.fileno(), 0o600)
        server = Postgres(settings.home, output=output, identity=choose_identity(ids))
        if instance.is_running(settings.home):
            yield server.url()
            return
        belongings.settle(settings.home, ids)
        server.start()
        try:
            yield server.url()
        finally:
            server.stop()


def _in_a_process(given: list[str], url: str) -> int:
    running = _started(given, process_of(given), url)
    while True:
        try:
            return running.wait()
        except KeyboardInterrupt:
            continue  # the terminal told the command too; it decides when it has ended


def process_of(given: Sequence[str]) -> Process:
    """Whose rights and secrets a command has."""
    return AS_PROCESS.get(given[0], COMMAND)


def _started(given: list[str], process: Process, url: str) -> "subprocess.Popen[bytes]":
    """The command with the rights and secrets of this process, under its own name in the log."""
    environment = handing.environment_of(process, instance.environment(settings, url))
    secrets = handing.descriptor_with(handing.secrets_of(process, home=settings.home, url=url))
    own = [sys.executable, "-I", lifeline.__file__, str(os.getpid()), "SIGTERM", "--", sys.executable]
    try:
        return subprocess.Popen(
            [*own, "-m", "senim.runtime.console.commands", *given],
            env={**environment, **handing.told(secrets), "SENIM_PROCESS": COMMAND.name},
            pass_fds=[secrets],
        )
    finally:
        os.close(secrets)


if __name__ == "__main__":
    sys.exit(main())
