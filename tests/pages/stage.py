"""The stage on which every page is looked at: a door served as in production, and Debian's Chromium."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client, override_settings
from django.urls import clear_url_caches
from django.utils import timezone
from tests.accounts.signing_in import as_if_by_signature
from tests.world import RunningWorld

from senim.accounts.models import Account
from senim.accounts.sessions import BACKEND

COMPRESSED = "whitenoise.storage.CompressedManifestStaticFilesStorage"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The test's own output is enough."""


@dataclass
class Stage:
    """What a visit may use to arrive: the sandbox's people, their browsers, the authority."""

    address: str
    door: str
    world: RunningWorld
    authority: Any
    run_jobs: Callable[[], int]
    client: Client = field(default_factory=Client)
    query: str = ""
    form: dict[str, str] = field(default_factory=dict)
    """What the visitor sends; empty where the page is only asked for."""

    def sign_in(self, person_id: str) -> Client:
        """This person's browser. The page is visited by the one in ``self.client``."""
        person = self.world.person(person_id)
        facts = {"surname": person.surname, "given_name": person.given_name, "patronymic": person.patronymic}
        account, _ = Account.objects.get_or_create(
            iin=person.iin, defaults={**facts, "created_at": timezone.now()}
        )
        browser = Client()
        browser.force_login(account, backend=BACKEND)
        as_if_by_signature(browser)
        return browser

    def cookies(self) -> list[dict[str, str]]:
        found = self.client.cookies.items()
        return [{"name": name, "value": morsel.value, "url": self.address} for name, morsel in found]


@contextmanager
def served(door: str, folder: Path) -> Iterator[str]:
    """The door with compressed, hashed static files and its own middleware, on a free port."""
    with override_settings(**_settings_of(door, folder)):
        clear_url_caches()
        server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
        server.set_app(get_wsgi_application())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
    clear_url_caches()


def _settings_of(door: str, folder: Path) -> dict[str, Any]:
    from django.conf import settings

    middleware = list(settings.MIDDLEWARE)
    if door == "desk":
        middleware.insert(-1, "senim.desk.operator.know_the_operator")
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": COMPRESSED}}
    return {
        "ROOT_URLCONF": f"senim.{door}.urls",
        "MIDDLEWARE": middleware,
        "STATIC_ROOT": str(folder),
        "STORAGES": storages,
        "WHITENOISE_USE_FINDERS": False,
    }


@pytest.fixture(scope="session")
def static_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collected and compressed once, by whichever worker comes first: compressing takes long."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "static"
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "staticfiles.json").exists():
            with override_settings(**_settings_of("portal", folder)):
                call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture(scope="module")
def address(request: pytest.FixtureRequest, static_files: Path) -> Iterator[str]:
    """The door the module names as ``DOOR``, served."""
    with served(request.module.DOOR, static_files) as where:
        yield where


@pytest.fixture
def stage(
    request: pytest.FixtureRequest,
    transactional_db: None,
    address: str,
    world: RunningWorld,
    authority: Any,
    run_jobs: Callable[[], int],
) -> Stage:
    return Stage(address, request.module.DOOR, world, authority, run_jobs)
