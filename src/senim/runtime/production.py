"""What ``SENIM_MODE=production`` refuses to start with, as a table of small checks.

``senim up`` asks them all and prints every refusal at once; so does each process by itself, in case
somebody starts one alone, and ``senim doctor``. A check looks at settings and files only: it needs no
database, and what this user may not read it takes for not there. Nothing switches a check off: a laptop is
another mode.
"""

import ipaddress
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from senim.certification import issuers
from senim.certification.sandbox_mark import holders_recorded, marked
from senim.registries import owners
from senim.rulebook import day_of, rule, rules
from senim.runtime import terminal
from senim.runtime.isolation import secrets, user_ids
from senim.settings import KeyPlace, Settings
from senim.texts import Text

EXIT = 78
"""``EX_CONFIG`` of sysexits.h: starting again changes nothing, so a service manager need not try."""
AUTHORITIES = ("root", "issuing", "ocsp", "tsa")
SHORTEST = {"django": 32, "passphrase": 12, "smsc": 1}
"""Characters at least, by the first word of a secret's name; the others are 32 bytes in hexadecimal."""
OWN_BUSINESS = ("database", "lan-")
"""Between Senim and its database, and of a sandbox opened to phones."""
MUST_BE_GIVEN = {
    name: SHORTEST.get(name.partition("-")[0], 64)
    for name in secrets.SECRETS
    if not name.startswith(OWN_BUSINESS)
}
"""They come with an agreement or a ceremony, or must survive this machine."""
ONLY_WHERE = {"smsc-second": "smsc_second_host", "identification": "identification_url"}
"""Secrets agreed with somebody whom this setting names; without it there is nobody to agree with."""


@dataclass(frozen=True)
class Refusal:
    """One thing that is wrong; its texts are ``runtime.production.<id>``, ``….why`` and ``….do``."""

    id: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> Text:
        return self._text("")

    @property
    def why(self) -> Text:
        return self._text(".why")

    @property
    def remedy(self) -> Text:
        return self._text(".do")

    def _text(self, part: str) -> Text:
        return Text(f"runtime.production.{self.id}{part}", **self.facts)


def peers_of_the_sandbox(settings: Settings) -> Iterator[Refusal]:
    """Whoever answers there is not the state, not an operator of phones and nobody's mail server."""
    if not settings.registries_url:
        yield Refusal("registries_missing")
    for variable, host, port in _peers(settings):
        if is_of_this_machine(host) or port == settings.sandbox_port:
            yield Refusal("sandbox_peer", {"variable": variable, "value": f"{host}:{port}" if port else host})


def _peers(settings: Settings) -> Iterator[tuple[str, str, int | None]]:
    for variable, url in (
        ("SENIM_REGISTRIES_URL", settings.registries_url),
        ("SENIM_IDENTIFICATION_URL", settings.identification_url),
        ("SENIM_IDENTIFICATION_PAGES_URL", settings.identification_pages_url),
        ("SENIM_TIME_SOURCE", settings.time_source),
    ):
        if url:
            yield variable, urlsplit(url).hostname or "", urlsplit(url).port
    yield "SENIM_SMSC_HOST", settings.smsc_host, settings.smsc_port
    if settings.smsc_second_host:
        yield "SENIM_SMSC_SECOND_HOST", settings.smsc_second_host, settings.smsc_second_port
    yield "SENIM_SMTP_HOST", settings.smtp_host, settings.smtp_port


def owners_of_the_sandboxs_registries(settings: Settings) -> Iterator[Refusal]:
    """A process that asks no registry may not read the file, and need not."""
    file = Path(settings.registry_owners)
    if not settings.registry_owners:
        yield Refusal("owners_missing")
        return
    try:
        named = owners.read(file)
    except PermissionError:
        return
    except (OSError, ValueError) as wrong:
        yield Refusal("owners_unreadable", {"file": file, "reason": wrong})
        return
    if invented := sorted({*named.values()} & {*owners.read(owners.SHIPPED).values()}):
        yield Refusal("owners_of_sandbox", {"file": file, "bins": ", ".join(invented)})


def names_of_this_machine_only(settings: Settings) -> Iterator[Refusal]:
    """Addresses that mean another machine for everybody else; certificates carry the responders' for life."""
    for door in ("portal", "desk", "partners", "responders"):
        host = getattr(settings, f"{door}_host")
        if is_of_this_machine(host):
            yield Refusal("own_name", {"variable": f"SENIM_{door.upper()}_HOST", "value": host})


def origins_without_encryption(settings: Settings) -> Iterator[Refusal]:
    if settings.scheme != "https":
        yield Refusal("plain_origin", {"value": settings.portal_origin})
    for variable in ("registries_url", "identification_url", "identification_pages_url"):
        value = getattr(settings, variable)
        if urlsplit(value).scheme == "http":
            yield Refusal("plain_peer", {"variable": f"SENIM_{variable.upper()}", "value": value})


def roots_of_the_sandbox(settings: Settings) -> Iterator[Refusal]:
    """The ceremony marks what it signs for a sandbox; the mark outlives every renaming of files."""
    for label in AUTHORITIES:
        file = settings.home / "certificates" / f"{label}.cer"
        content = _read(file)
        if content is not None and _is_marked(content):
            yield Refusal("sandbox_root", {"file": file})


def no_authority(settings: Settings) -> Iterator[Refusal]:
    files = [settings.home / "certificates" / f"{label}.cer" for label in AUTHORITIES]
    missing = [file.name for file in files if not _exists(file)]
    if missing:
        yield Refusal("no_authority", {"files": ", ".join(missing)})


def people_of_the_sandbox(settings: Settings) -> Iterator[Refusal]:
    """An empty folder is nobody: where processes have user ids of their own, each one's folder is made."""
    folder = settings.home / "sandbox"
    if _holds_anything(folder):
        yield Refusal("sandbox_people", {"folder": folder})


def issuing_key_in_a_file(settings: Settings) -> Iterator[Refusal]:
    if settings.keys is not KeyPlace.PKCS11:
        yield Refusal("keys", {"value": settings.keys})
    elif not _exists(Path(settings.pkcs11_module or "/nowhere")):
        yield Refusal("key_module", {"value": settings.pkcs11_module})
    for label in issuers.labels(settings.home / "certificates"):
        file = settings.home / "keys" / f"{label}.key"
        if _exists(file):
            yield Refusal("key_file", {"file": file})


def root_for_everything(settings: Settings) -> Iterator[Refusal]:
    """Started as root, a process is root too unless it gets a user id of its own."""
    if os.geteuid() == 0:
        ids = user_ids.choose(first=settings.first_user_id, home=settings.home)
        if not ids.apart:
            yield Refusal("all_root", {"reason": ids.why_shared})


def root_key_within_reach(settings: Settings) -> Iterator[Refusal]:
    """Whoever may start a service may read what is readable here."""
    file = settings.root / "root.key"
    if _read(file) is not None:
        yield Refusal("root_here", {"folder": settings.root})


def secrets_not_given(settings: Settings) -> Iterator[Refusal]:
    generated = secrets.generated(settings.home)
    for name, shortest in MUST_BE_GIVEN.items():
        if name in ONLY_WHERE and not getattr(settings, ONLY_WHERE[name]):
            continue
        file = settings.home / "secrets" / name
        content = _read(file)
        if content is None and not _hidden(file):
            yield Refusal("secret_missing", {"file": file})
        elif content is not None and name in generated:
            yield Refusal("secret_generated", {"file": file})
        elif content is not None and len(content.strip()) < shortest:
            yield Refusal("secret_short", {"file": file, "shortest": shortest})


def rules_no_longer_in_force(settings: Settings) -> Iterator[Refusal]:
    today, known = day_of(datetime.now(UTC)), {each.name for each in rules()}
    for name in sorted(settings.demonstrated_rules):
        if name not in known:
            yield Refusal("unknown_rule", {"rule": name})
        elif not rule(name).covers(today):
            yield Refusal("demonstration", {"rule": name, "order": rule(name).order})


CHECKS: tuple[Callable[[Settings], Iterable[Refusal]], ...] = (
    peers_of_the_sandbox,
    owners_of_the_sandboxs_registries,
    names_of_this_machine_only,
    origins_without_encryption,
    roots_of_the_sandbox,
    no_authority,
    people_of_the_sandbox,
    issuing_key_in_a_file,
    root_for_everything,
    root_key_within_reach,
    secrets_not_given,
    rules_no_longer_in_force,
)


def refusals(settings: Settings) -> list[Refusal]:
    """Everything production refuses, at once; nothing for an instance of another mode."""
    if settings.is_sandbox:
        return []
    return [refusal for check in CHECKS for refusal in check(settings)]


def database_of_a_sandbox(cursor: Any) -> list[Refusal]:
    """The one refusal that needs the database: asked once its tables are there, before anybody signs."""
    count = holders_recorded(cursor)
    return [Refusal("sandbox_database", {"number": count})] if count else []


def refuses(settings: Settings) -> bool:
    """Say every refusal on the terminal; whether there was one."""
    return said(refusals(settings))


def said(found: list[Refusal]) -> bool:
    if found:
        print(as_text(found), file=sys.stderr)
    return bool(found)


def as_text(found: list[Refusal]) -> str:
    """A numbered list in the language of the terminal."""
    code = terminal.language()
    lines = [Text("runtime.production.head", count=len(found)).in_language(code)]
    for number, refusal in enumerate(found, 1):
        lines += ["", f"{number:>2}. {refusal.what.in_language(code)}"]
        lines += [f"    {text.in_language(code)}" for text in (refusal.why, refusal.remedy)]
    return "\n".join(lines)


def is_of_this_machine(host: str) -> bool:
    """Does the name or number mean the machine it is used on?"""
    name = host.strip("[]").rstrip(".").lower()
    if name in {"", "localhost", "ip6-localhost"} or name.endswith((".localhost", ".localdomain")):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _is_marked(certificate: bytes) -> bool:
    try:
        return marked(certificate)
    except ValueError:
        return False


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _holds_anything(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return False


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:
        return False


def _hidden(file: Path) -> bool:
    """A process that has its secret over a descriptor may not look into the folder, and need not."""
    try:
        file.stat()
    except PermissionError:
        return True
    except OSError:
        return False
    return True
