"""Django's settings for every process of an instance; ``SENIM_PROCESS`` names the process.

Values come from ``senim.settings``; nothing is decided here that a room could decide.
"""

import os
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from senim.countries import kz as country
from senim.settings import settings as SENIM  # noqa: N812 - Django reads upper-case names only

PROCESS = os.environ.get("SENIM_PROCESS", "all")
_door = PROCESS if PROCESS in {"portal", "desk"} else "portal"

# A door signs with a key of its own; nothing else signs with Django's key.
SECRET_KEY = SENIM.secret(f"django-{PROCESS}") if _door == PROCESS else ""
if PROCESS == "all":
    SECRET_KEY = "only for tests and tools"  # noqa: S105
DEBUG = False
# A door answers under its own name only: cookies ignore ports, and the other door's belong to the other name.
_OWN_NAME = {
    "portal": [SENIM.portal_host],
    "desk": [SENIM.desk_host],
    "partners": [SENIM.partners_host],
}
ALLOWED_HOSTS = [*_OWN_NAME.get(PROCESS, [SENIM.portal_host, SENIM.desk_host, "testserver"]), "127.0.0.1"]

_ROOMS = [
    "senim.journal",
    "senim.notices",
    "senim.certification",
    "senim.accounts",
    "senim.operators",
    "senim.archive",
    "senim.enrolment",
    "senim.documents",
]
_AUTHORITY = ["procrastinate.contrib.django", "senim.journal", "senim.notices", "senim.certification"]
INSTALLED_APPS = (
    _AUTHORITY
    if PROCESS in {"authority", "sequencer"}
    else [
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django.contrib.staticfiles",
        "procrastinate.contrib.django",
        *_ROOMS,
        "senim.papers",
        "senim.pages",
        "senim.portal",
        "senim.desk",
    ]
)

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["senim.accounts.backend.BySignIn"]
SESSION_ENGINE = "senim.accounts.session_store"
SESSION_COOKIE_NAME = f"senim_{_door}"
SESSION_COOKIE_AGE = int(SENIM.session_at_most.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SENIM.scheme == "https"
# Our own proxy ends TLS and says so; believed only where proxies are named (SENIM_TRUSTED_PROXIES).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SENIM.trusted_proxies else None
CSRF_COOKIE_NAME = f"senim_{_door}_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SENIM.scheme == "https"
CSRF_FAILURE_VIEW = "senim.pages.failures.csrf_refused"

MIDDLEWARE_OF_PARTNERS = [
    "senim.pages.middleware.security_headers",
    "senim.pages.middleware.health",
    "senim.pages.middleware.canonical_host",
    "django.middleware.locale.LocaleMiddleware",
    "senim.pages.middleware.speak_the_readers_language",
    "senim.pages.middleware.small_bodies",
    "senim.pages.failures.answer_refusals",
]
"""No sessions and no cookies: each request proves whose it is."""
MIDDLEWARE_OF_DOORS = [
    "senim.pages.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "senim.pages.middleware.health",
    "senim.pages.middleware.canonical_host",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "senim.pages.middleware.speak_the_readers_language",
    "senim.pages.middleware.small_bodies",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    *(["senim.desk.operator.know_the_operator"] if _door == "desk" else []),
    "senim.pages.failures.answer_refusals",
]
MIDDLEWARE = MIDDLEWARE_OF_PARTNERS if PROCESS == "partners" else MIDDLEWARE_OF_DOORS
ROOT_URLCONF = "senim.partners.urls" if PROCESS == "partners" else f"senim.{_door}.urls"
WSGI_APPLICATION = None

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "senim.pages.context.page"],
            "builtins": ["senim.pages.tags"],
            "string_if_invalid": "",
        },
    }
]


_LINE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""Of a server elsewhere: a line that is cut without a word is noticed within a minute, at both ends. What our
sessions hold (the lock of whoever publishes) is free again then."""
_LINE_AT_THE_SERVER = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
_LATER = timedelta(seconds=2)


def _within() -> timedelta | None:
    """People wait for a door's queries, so these are bounded; everybody else's take as long as they take."""
    return SENIM.database_answers_within if PROCESS in _OWN_NAME else None


def _database(url: str) -> dict[str, object]:
    """Django's shape of a libpq URL; a socket folder may stand in ``?host=``.

    The server ends what takes too long; the client gives up a little later, on one that does not.
    """
    parts, within = urlsplit(url), _within()
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "senim.runtime.database.engine",
        "NAME": unquote(parts.path.lstrip("/")) or "senim",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or "") or SENIM.database_password,
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(query.pop("port", "") or parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ANSWERS_WITHIN": (within + _LATER).total_seconds() if within else None,
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": f"senim {PROCESS}",
            "options": " ".join([_LINE_AT_THE_SERVER, *_ends(within), query.pop("options", "")]).strip(),
            **_LINE,
            **query,
        },
    }


def _ends(within: timedelta | None) -> list[str]:
    return [f"-c statement_timeout={within // timedelta(milliseconds=1)}"] if within else []


DATABASES = {"default": _database(SENIM.database_url or "postgresql:///senim")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = country.TIME_ZONE
USE_I18N = True
LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "senim_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get("SENIM_STATIC", str(SENIM.home / "static"))
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = "SENIM_STATIC_FINDERS" in os.environ
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "senim.runtime.static_files.Storage"
        if PROCESS != "all"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # only runtime.jobs.job_worker wires tasks

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
# A scanned paper is personal: it goes through memory, and never lies on a disk unsealed.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
SCANS_AT_MOST = 3
FILE_UPLOAD_MAX_MEMORY_SIZE = (SCANS_AT_MOST * SENIM.archive_scan_at_most_mb + 1) * 1024 * 1024
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
LOGGING_CONFIG = "senim.runtime.log.configure"
LOGGING = {"process": PROCESS}
