"""What every test stands on: a home of its own, free ports, one database server a session, no network.

The environment is set before anything of Senim is imported, since settings are read once, at import.
"""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import hypothesis
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
from tools import ports

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
PORTS = ("PORTAL", "RESPONDERS", "PARTNERS", "DESK", "SANDBOX", "SMSC", "SMSC_SECOND", "SMTP", "TOKEN")
KEPT = ("SENIM_TESTS", "SENIM_EVERY_LOOK")
"""What a person may say to the tests; all else of theirs is about a portal of their own."""
THIS_PROCESS = {"SENIM_PROCESS": "all", "SENIM_MODE": "sandbox", "TZ": "UTC"}

hypothesis.settings.register_profile(
    "senim", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("senim")  # a busy machine is no finding


def _session_folder() -> Path:
    """Made by the session's first process; workers inherit its name."""
    if "SENIM_TESTS" not in os.environ:
        os.environ["SENIM_TESTS"] = tempfile.mkdtemp(prefix="senim-tests-")
        os.environ["SENIM_TESTS_PID"] = str(os.getpid())
    return Path(os.environ["SENIM_TESTS"])


SESSION = _session_folder()
CLUSTER = SESSION / "cluster"
HOME = SESSION / WORKER
DATABASE = f"senim_{WORKER}"


def _prepare_environment() -> None:
    from senim.runtime.isolation import secrets
    from tests import cluster

    for folder in (CLUSTER, HOME):
        folder.mkdir(exist_ok=True)
    (HOME / "static").mkdir(exist_ok=True)  # WhiteNoise warns about a missing folder
    secrets.make_missing(HOME)
    secrets.make_missing(CLUSTER, ("database", "database-superuser"))
    for name in [name for name in os.environ if name.startswith("SENIM_") and not name.startswith(KEPT)]:
        del os.environ[name]
    os.environ.update(THIS_PROCESS)
    os.environ["SENIM_HOME"] = str(HOME)
    os.environ["SENIM_DATABASE_URL"] = cluster.socket_url(CLUSTER, DATABASE)
    os.environ["SENIM_STATIC_FINDERS"] = "1"
    os.environ["SENIM_SMSC_SECOND_SHARE"] = "0"  # which provider a message goes to is no accident here
    os.environ["SENIM_REGISTRIES_TIMEOUT"] = "4"  # a busy machine is no registry that is away
    for name, port in zip(PORTS, ports.free_ports(len(PORTS)), strict=True):
        os.environ[f"SENIM_{name}_PORT"] = str(port)
    os.environ["DJANGO_SETTINGS_MODULE"] = "senim.runtime.django_settings"


_prepare_environment()
django.setup()  # before the folders' own conftest modules, which import rooms

pytest_plugins = ["tests.world", "tests.authority", "tests.browsers", "tests.roles", "tests.skips"]


def pytest_configure(config: pytest.Config) -> None:
    if WORKER == "main" and config.getoption("numprocesses", default=None):
        # A worker that inherits it reads the settings before its own environment is prepared here.
        del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure() -> None:
    if WORKER == "main" and os.environ.get("SENIM_TESTS_PID") == str(os.getpid()):
        _stop_cluster()
        shutil.rmtree(SESSION, ignore_errors=True)


def _stop_cluster() -> None:
    """The keeper notices the end of this process too; a clean end only is quicker this way."""
    from senim.runtime.supervision.leftovers import stop_leftover

    stop_leftover(CLUSTER / "pg")


@pytest.fixture(scope="session")
def free_ports() -> Callable[[int], list[int]]:
    return ports.free_ports


@pytest.fixture(scope="session")
def cluster_running() -> None:
    """The session's PostgreSQL server runs."""
    from tests import cluster

    cluster.ensure_running(CLUSTER, int(os.environ["SENIM_TESTS_PID"]))


@pytest.fixture(scope="session")
def django_db_setup(cluster_running: None, django_test_environment: None, django_db_blocker: Any) -> None:
    """This worker's own database, copied from a template that has every migration applied once."""
    from django.db import connection

    from senim.runtime import steps
    from tests import cluster

    with cluster.locked(CLUSTER), django_db_blocker.unblock():
        if cluster.template_missing(CLUSTER):
            _migrate_template()
        cluster.create_from_template(CLUSTER, DATABASE)
        steps.give_rights()  # those on the database itself are not copied
        connection.close()


def _migrate_template() -> None:
    from django.core.management import call_command
    from django.db import connection

    from senim.runtime import steps
    from tests import cluster

    cluster.make_template(CLUSTER)
    connection.close()
    connection.settings_dict["NAME"] = cluster.TEMPLATE
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True, skip_checks=True)
        steps.give_rights()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = DATABASE
    (CLUSTER / "template").touch()


@pytest.fixture(autouse=True)
def _no_jobs_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Django flushes its own tables after a test with real transactions; the job queue is not one of them."""
    yield
    marked = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marked and marked.kwargs.get("transaction")):
        from django.db import connection

        with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs RESTART IDENTITY CASCADE")


@pytest.fixture
def run_jobs() -> Callable[[], int]:
    """Run the jobs that are due, here and now, until none is; a task that raises fails the test."""

    def run() -> int:
        from django.db import connection
        from django.utils import timezone

        from senim.jobs import TASKS
        from tests.roles import as_process

        done = 0
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = (SELECT id FROM "
                    "procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, %s) <= %s "
                    "ORDER BY id LIMIT 1) RETURNING task_name, args",
                    [timezone.now(), timezone.now()],
                )
                job = cursor.fetchone()
            if job is None:
                return done
            name, arguments = job
            with as_process("jobs"):
                TASKS[name].run(**(json.loads(arguments) if isinstance(arguments, str) else arguments))
            done += 1

    return run


@pytest.fixture
def code_of(world: Any, run_jobs: Callable[[], int]) -> Callable[..., str]:
    """The newest code sent to this phone, which had ``count - 1`` SMS before. A notice may come beside it,
    sooner or later."""

    def read(number: str, count: int = 1) -> str:
        run_jobs()
        there = count
        while True:
            world.wait_for_message(number, there)
            fresh = world.messages(number)[: 1 - count or None]
            if found := re.search(r"\b\d{6}\b", "\n".join(message.text for message in fresh)):
                return found.group()
            there += 1

    return read
