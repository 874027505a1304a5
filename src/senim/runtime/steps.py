"""What must be done before the doors open: tables, static files, keys. Each may be run again at any time."""

import hashlib
import io
import logging
from contextlib import redirect_stdout
from pathlib import Path

import django
from django.core.management import call_command

from senim.runtime.commands import parser
from senim.settings import settings

LOG = logging.getLogger("senim.runtime")
PACKAGE = Path(__file__).parent.parent


def migrate() -> int:
    """Bring the database's tables up to this version."""
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    LOG.info("the database is up to date")
    return 0


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
    """The keys and certificates of the authority, made once; ``senim ca init`` by hand comes to the same."""
    stamp = settings.home / "run" / "ceremony.done"
    if stamp.exists():
        return 0
    django.setup(set_prefix=False)
    options = parser("senim.runtime.ca_commands").parse_args(["ca", "init"])
    with redirect_stdout(io.StringIO()):  # it prints passwords; `senim up` prints them later, in their place
        code: int = options.run(options)
    if code == 0:
        stamp.touch()
    return code


def _digest_of_static() -> str:
    digest = hashlib.sha256(django.__version__.encode())
    for file in sorted(PACKAGE.glob("*/static/**/*")):
        if file.is_file():
            digest.update(f"{file.relative_to(PACKAGE)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
