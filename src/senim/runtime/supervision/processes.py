"""Every process of an instance as a table: what it runs, what it needs first, how it is known to be ready.

``senim up`` reads it; so do the health checks, the guards and the tests. PostgreSQL is the one that is not
here: it is there already when ``SENIM_DATABASE_URL`` names a server.
"""

from dataclasses import dataclass

from senim.settings import Settings

POSTGRES = "postgres"
DOOR = "senim.runtime.web:main"
"""Portal and desk, which people look at, and partners, which programs do."""


@dataclass(frozen=True)
class Process:
    """One line. ``entry`` is ``module:function``, imported in the process itself.

    ``port`` and ``host`` name fields of the settings; a process with a port is ready when ``/healthz`` there
    answers 200, one without when it says so over a descriptor (``supervision.child``). One with ``once`` is
    a step: it is done when it has ended well, and what needs it waits for that.
    """

    name: str
    entry: str
    needs: tuple[str, ...] = ()
    port: str = ""
    host: str = ""
    more_ports: tuple[str, ...] = ()
    django: bool = True
    once: bool = False
    program: bool = False
    """``entry`` is a module of another program, which knows nothing of ours."""
    secrets: tuple[str, ...] = ()
    """What it is handed over a descriptor (``handing``); it can read no other."""
    role: str = ""
    """Its database role (``grants``); ``owner`` changes tables, none reaches no database."""
    says_ready: bool = False
    """Ready when it says so itself, and not as soon as it runs: its key is open."""
    sandbox_only: bool = False
    ready_within: float = 120.0
    silent_at_most: float = 60.0
    """Seconds without an answer or a sign of life after which a process that was ready is replaced."""


# What is needed but not in an instance's table is somebody else's, and taken to be there: PostgreSQL
# elsewhere, the real world where there is no sandbox.
PREPARED = ("migrate", "static", "ceremony")

_SEAL = "journal-mac"
"""Whoever records in the journal seals what it records."""

PROCESSES = (
    Process(
        "migrate",
        "senim.runtime.steps:migrate",
        needs=(POSTGRES,),
        once=True,
        role="owner",
        ready_within=600.0,
    ),
    Process("static", "senim.runtime.steps:collect_static", django=False, once=True, ready_within=600.0),
    Process(
        "ceremony",
        "senim.runtime.steps:ceremony",
        needs=(POSTGRES, "migrate"),
        django=False,
        once=True,
        secrets=(_SEAL, "passphrase-authority", "passphrase-responders", "passphrase-sequencer"),
        role="ceremony",
        ready_within=600.0,
    ),
    Process(
        "authority",
        "senim.runtime.authority_worker:main",
        needs=("migrate", "ceremony"),
        secrets=(_SEAL, "passphrase-authority"),
        role="authority",
        says_ready=True,
        silent_at_most=120.0,  # a batch of orders is examined and linted in one piece
    ),
    Process(
        "sequencer",
        "senim.journal.sequencer:main",
        needs=("migrate", "ceremony"),
        secrets=(_SEAL, "passphrase-sequencer"),
        role="sequencer",
        silent_at_most=120.0,
    ),
    Process(
        "responders",
        "senim.responders.serve:main",
        needs=("ceremony",),
        port="responders_port",
        host="responders_host",
        django=False,
        secrets=("passphrase-responders",),
        role="responders",
    ),
    Process(
        "sandbox",
        "senim_sandbox.world",
        needs=("ceremony",),
        port="sandbox_port",
        host="portal_host",
        more_ports=("smsc_port", "smsc_second_port", "smtp_port"),
        django=False,
        program=True,
        secrets=("smsc", "smsc-second", "identification"),
        sandbox_only=True,
    ),
    Process(
        "jobs",
        "senim.runtime.jobs.job_worker:main",
        needs=("migrate", "ceremony"),
        secrets=(_SEAL, "outbox", "smsc", "smsc-second"),
        role="jobs",
    ),
    Process(
        "messages",
        "senim.messages.serve:main",
        needs=("migrate", "sandbox"),
        secrets=("outbox", "smsc", "smsc-second"),
        role="messages",
    ),
    Process(
        "portal",
        DOOR,
        needs=PREPARED,
        port="portal_port",
        host="portal_host",
        django=False,
        secrets=(
            *(_SEAL, "django-portal", "identification", "lan-tls", "otp", "outbox"),
            *("code-digest", "short-code"),
        ),
        role="portal",
    ),
    Process(
        "desk",
        DOOR,
        needs=PREPARED,
        port="desk_port",
        host="desk_host",
        django=False,
        secrets=(_SEAL, "archive", "django-desk", "lan-tls", "outbox"),
        role="desk",
    ),
    Process(
        "partners",
        DOOR,
        needs=PREPARED,
        port="partners_port",
        host="partners_host",
        django=False,
        secrets=(_SEAL, "code-digest", "identification", "lan-tls", "otp", "outbox"),
        role="partners",
    ),
)

COMMAND = Process(
    "command", "senim.runtime.console.commands:main", secrets=(_SEAL, "archive", "outbox"), role="command"
)
"""``senim`` on the console: it reads every table and writes what its verbs write."""


def named(name: str) -> Process:
    return next(process for process in PROCESSES if process.name == name)


def processes_of(settings: Settings) -> tuple[Process, ...]:
    """The processes this instance runs, PostgreSQL apart."""
    return tuple(process for process in PROCESSES if settings.is_sandbox or not process.sandbox_only)


def ports_of(process: Process, settings: Settings) -> dict[str, int]:
    """The ports a process listens on, by the variable that moves each."""
    names = [name for name in (process.port, *process.more_ports) if name]
    return {f"SENIM_{name.upper()}": getattr(settings, name) for name in names}
