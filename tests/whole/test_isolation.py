"""What somebody who took over a door can reach: a program of theirs in its place, started as the door is."""

import base64
import json
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from playwright.sync_api import Browser

from senim.runtime import instance
from senim.runtime.database.grants import ROLES, rights
from senim.runtime.database.postgres import Postgres
from senim.runtime.isolation import user_ids
from senim.runtime.isolation.user_ids import UserIds
from senim.runtime.supervision.children import Child
from senim.runtime.supervision.processes import PROCESSES
from senim.settings import Settings
from tests.whole.people import Someone
from tests.whole.platform import ROOT, Platform, waited

DOORS = ("portal", "desk", "partners", "messages")
THEIRS = {
    "portal": {
        *("database", "django-portal", "identification", "journal-mac", "lan-tls", "otp", "outbox"),
        *("code-digest", "short-code"),
    },
    "desk": {"archive", "database", "django-desk", "journal-mac", "lan-tls", "outbox"},
    "partners": {
        *("code-digest", "database", "identification", "journal-mac", "lan-tls", "otp", "outbox"),
    },
    "messages": {"database", "outbox", "smsc", "smsc-second"},
}
FOREIGN = {
    "portal": {"enrolment_registrationauthorityoperator", "journal_entry", "certification_generation"},
    "desk": {"documents_view", "documents_qrtoken", "accounts_password", "journal_entry"},
    "partners": {"accounts_password", "enrolment_application", "journal_entry", "certification_generation"},
    "messages": {"accounts_account", "certification_certificate", "enrolment_application", "journal_entry"},
}


@dataclass(frozen=True)
class Intrusion:
    """What the intruder found, and who it was."""

    door: str
    ids: UserIds
    found: dict[str, Any]


DOORS_TRIED = [door if door == "portal" else pytest.param(door, marks=pytest.mark.soak) for door in DOORS]
"""The door that is open to everybody in each run; the others take their time in long ones."""


@pytest.fixture(scope="module")
def intrusion(platform_running: Platform) -> Callable[[str], Intrusion]:
    known: dict[str, Intrusion] = {}

    def into(door: str) -> Intrusion:
        platform_running.wait_until_ready()
        if door not in known:
            known[door] = intrude(platform_running, door)
        return known[door]

    return into


def intrude(platform: Platform, door: str) -> Intrusion:
    settings = Settings.from_environment(platform.environment)
    ids = user_ids.choose(first=settings.first_user_id, home=settings.home)
    own = instance.environment(settings, Postgres(platform.home).url())
    # One variable holds no more than 128 kB, and there are more columns than that.
    words = base64.b64encode(zlib.compress(json.dumps(told(platform)).encode())).decode()
    environment = own | platform.environment | {"PYTHONPATH": str(ROOT), "INTRUDER": words}
    process = next(process for process in PROCESSES if process.name == door)
    process = replace(process, entry="tests.whole.intruder", program=True, port="", once=False)
    reading, writing = os.pipe()
    child = Child(process, settings, environment, output=writing, ids=ids)
    child.start()
    os.close(writing)
    with os.fdopen(reading) as said:
        text = said.read()
    waited(lambda: child.look() or not child.alive(), "the intruder's end")
    return Intrusion(door, ids, json.loads(text.splitlines()[-1]))


def told(platform: Platform) -> dict[str, list[Any]]:
    """Every file of the home, every process, every table."""
    files = [str(path) for path in platform.home.rglob("*") if path.name != "terminal.txt"]
    supervisor = psutil.Process(platform.supervisor.pid)
    tables, columns = tables_of(platform)
    return {
        "files": files,
        "pids": [supervisor.pid, *(each.pid for each in supervisor.children(recursive=True))],
        "tables": tables,
        "columns": columns,
        "roles": ["senim", "postgres", *(f"senim_{name}" for name in ROLES)],
    }


def tables_of(platform: Platform) -> tuple[list[str], list[tuple[str, str]]]:
    with psycopg.connect(Postgres(platform.home).url()) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        ).fetchall()
    return sorted({table for table, _ in columns}), columns


def of(platform: Platform, name: str) -> set[str]:
    """The process's /proc entries that only it and root may open."""
    pids = [
        platform.pid_of(name),
        *(each.pid for each in psutil.Process(platform.pid_of(name)).children(True)),
    ]
    return {f"/proc/{pid}/{what}" for pid in pids for what in ("environ", "fd", "mem", "maps")}


def apart(seen: Intrusion) -> Intrusion:
    if not seen.ids.apart:
        pytest.skip(f"one user id for all processes protects no files: {seen.ids.why_shared}")
    return seen


@pytest.mark.parametrize("door", DOORS_TRIED)
def test_it_holds_its_own_secrets_and_the_descriptor_is_closed(
    intrusion: Callable[[str], Intrusion], door: str
) -> None:
    seen = intrusion(door)
    assert set(seen.found["secrets"]) == THEIRS[door]
    assert seen.found["pipes"] == []


@pytest.mark.parametrize("door", DOORS_TRIED)
def test_it_reads_no_key_no_passphrase_and_no_secret(
    platform: Platform, intrusion: Callable[[str], Intrusion], door: str
) -> None:
    seen = apart(intrusion(door))
    assert seen.found["user"] == seen.ids.of(door)
    opened = {Path(name).relative_to(platform.home) for name in seen.found["files"]}
    assert {path.parts[0] for path in opened} <= {"certificates", "static", "status", "journal", "run", "log"}
    assert {path.name for path in opened if path.parts[0] == "log"} == {f"{door}.jsonl"}
    assert {str(path.relative_to(platform.home)) for path in map(Path, seen.found["written"])} == {
        f"log/{door}.jsonl"
    }


@pytest.mark.parametrize("door", DOORS_TRIED)
def test_it_sees_into_no_other_process_and_cannot_end_one(
    platform: Platform, intrusion: Callable[[str], Intrusion], door: str
) -> None:
    seen = apart(intrusion(door))
    assert set(seen.found["proc"]) <= of(platform, door)
    assert {f"/proc/{pid}/environ" for pid in seen.found["killed"]} <= of(platform, door)


@pytest.mark.parametrize("door", DOORS_TRIED)
def test_in_the_database_it_does_what_its_grants_say_and_nothing_else(
    intrusion: Callable[[str], Intrusion], door: str
) -> None:
    seen = intrusion(door)
    may = {
        name: {
            each.table
            for each in rights()
            if (each.role, each.privilege) == (door, name) and (name == "UPDATE" or not each.column)
        }
        for name in WORDS
    }
    assert set(seen.found["selected"]) - ONLY_KEYS == may["SELECT"]
    assert set(seen.found["deleted"]) == may["DELETE"]
    assert {table for table, _ in seen.found["updated"]} == may["UPDATE"]
    assert not FOREIGN[door] & {*seen.found["selected"], *(table for table, _ in seen.found["updated"])}
    assert seen.found["made"] == []


WORDS = ("SELECT", "DELETE", "UPDATE")
ONLY_KEYS = {"journal_unsequenced"}
"""Has no column but its key, which whoever appends may read."""


@pytest.mark.parametrize("door", DOORS_TRIED)
def test_it_enters_the_database_as_itself_only(intrusion: Callable[[str], Intrusion], door: str) -> None:
    assert {role for role, _ in intrusion(door).found["roles"]} == {f"senim_{door}"}


def test_a_door_answers_pages_under_its_own_name_only(platform: Platform) -> None:
    with platform.client() as client:
        for own, other in ((platform.portal, "desk.localhost"), (platform.desk, "localhost")):
            port = own.rpartition(":")[2]
            assert client.get(f"{own}/kk/").status_code in {200, 302}
            assert client.get(f"{own}/kk/", headers={"Host": f"{other}:{port}"}).status_code == 400
            by_number = client.get(f"{own}/kk/", headers={"Host": f"127.0.0.1:{port}"})
            assert (by_number.status_code, by_number.headers["Location"]) == (308, f"{own}/kk/")
            for name in ("127.0.0.1", own.split("//")[1].rpartition(":")[0]):
                assert client.get(f"{own}/healthz", headers={"Host": f"{name}:{port}"}).status_code == 200


@pytest.mark.browser
def test_a_browser_never_sends_one_doors_cookies_to_the_other(platform: Platform, chromium: Browser) -> None:
    person = Someone(chromium, platform)
    sent: dict[str, set[str]] = {platform.portal: set(), platform.desk: set()}

    def note(address: str, cookie: str) -> None:
        door = next(door for door in sent if address.startswith(f"{door}/"))
        sent[door] |= {part.split("=")[0].strip() for part in cookie.split(";") if part.strip()}

    for door in [platform.portal, platform.desk] * 2:
        person.go(f"{door}/kk/sign-in/")
        answered = person.page.reload()
        note(door + "/", answered.request.all_headers().get("cookie", "") if answered else "")
    assert "senim_portal_csrf" in sent[platform.portal]
    assert "senim_desk_csrf" in sent[platform.desk]
    assert not {name for name in sent[platform.desk] if name.startswith("senim_portal")}
    assert not {name for name in sent[platform.portal] if name.startswith("senim_desk")}
