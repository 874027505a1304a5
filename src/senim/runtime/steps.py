"""What must be done before the doors open: tables, static files, keys. Each may be run again at any time."""

import hashlib
import io
import json
import logging
from contextlib import redirect_stdout
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection, transaction

from senim.runtime import production, terminal
from senim.runtime.console.commands import parser
from senim.runtime.database import role_rights, schema
from senim.settings import KeyPlace, settings
from senim.texts import Text

LOG = logging.getLogger("senim.runtime")
PACKAGE = Path(__file__).parent.parent


def migrate() -> int:
    """Bring the database's tables up to this version, and every role's rights on them."""
    try:
        schema.refuse_newer()
    except schema.NewerSchema as reason:
        LOG.error("%s", reason)  # noqa: TRY400 (a sentence for people)
        return 1
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    LOG.info("the database is up to date", extra={"rights_changed": give_rights()})
    return 0


def give_rights() -> int:
    """Every role has exactly the rights of the table; returns how many had to change."""
    with transaction.atomic():
        connection.ensure_connection()
        return role_rights.grant(connection.connection, owner=connection.settings_dict["USER"])


def collect_static() -> int:
    """Hashed and compressed copies of scripts, styles and fonts; skipped while nothing has changed."""
    stamp = settings.home / "run" / "static.sha256"
    now = _digest_of_static()
    if not stamp.exists() or stamp.read_text(encoding="ascii") != now:
        django.setup(set_prefix=False)
        call_command("collectstatic", verbosity=0, interactive=False, clear=True, skip_checks=True)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(now, encoding="ascii")
        LOG.info("static files are collected")
    return 0


def ceremony() -> int:
    """The keys and certificates of a sandbox, made once; ``senim ca init`` by hand comes to the same.

    In production people hold the ceremony: here it is only made sure that the database is no sandbox's.
    """
    if not settings.is_sandbox:
        django.setup(set_prefix=False)
        with connection.cursor() as cursor:
            found = production.database_of_a_sandbox(cursor)
        return production.EXIT if production.said(found) else 0
    stamp = settings.home / "run" / "ceremony.done"
    if stamp.exists():
        return _refuse_moved_keys(stamp.read_text(encoding="ascii") or KeyPlace.FILES)
    django.setup(set_prefix=False)
    options = parser("senim.runtime.console.ca_commands").parse_args(["ca", "init", "--json"])
    with redirect_stdout(io.StringIO()) as said:  # passwords; `senim up` prints them later, in their place
        code: int = options.run(options)
    answer = json.loads(said.getvalue())
    if code == 0:
        hand_over(answer.get("root_passphrase"))
        stamp.write_text(settings.keys, encoding="ascii")
    else:
        LOG.error("%s", answer["refused"])
    return code


def _refuse_moved_keys(made_in: str) -> int:
    """Keys stay where the ceremony made them: its certificates belong to no others."""
    if made_in == settings.keys:
        return 0
    LOG.error("The keys of this home were made with SENIM_KEYS=%s. Start it so, or take a new home.", made_in)
    return production.EXIT


def hand_over(passphrase: str | None) -> None:
    """On the terminal only, never in a log: nothing else can open the root key again."""
    if passphrase:
        print(Text("runtime.root_passphrase", passphrase=passphrase).in_language(terminal.language()))


def _digest_of_static() -> str:
    digest = hashlib.sha256(django.__version__.encode())
    for file in sorted(PACKAGE.glob("*/static/**/*")):
        if file.is_file():
            digest.update(f"{file.relative_to(PACKAGE)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
