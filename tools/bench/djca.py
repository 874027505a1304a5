"""django-ca at work, for comparison. Runs in an environment of its own (``peers``), never in ours.

``python djca.py FOLDER`` makes two authorities there (EC P-256, RSA-2048) in SQLite with a write-ahead log,
says ``ready``, and then answers each line of its input with one: ``issue ec 200`` with certificates per
second. ``python djca.py FOLDER REQUEST`` signs an OCSP answer ahead, writes the
request for it into that file and says the path to ask at. ``djca:application`` is its WSGI application.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.conf import settings

IS_PROGRAM = __name__ == "__main__"
FOLDER = Path(sys.argv[1] if IS_PROGRAM else os.environ["SENIM_BENCH_DJCA"])
SIGNS_AHEAD = len(sys.argv) > 2 or not IS_PROGRAM
(FOLDER / "files").mkdir(parents=True, exist_ok=True)
KINDS = {
    "ec": ("--key-type=EC", "--elliptic-curve=secp256r1"),
    "rsa": ("--key-type=RSA", "--key-size=2048"),
}

settings.configure(
    SECRET_KEY="x" * 60,
    USE_TZ=True,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="djca_urls",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.admin",
        "django_object_actions",
        "django_ca",
    ],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "db.sqlite3",
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    },
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    STORAGES={
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "django-ca": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(FOLDER / "files"), "file_permissions_mode": 0o600},
        },
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    CA_USE_CELERY=False,
    CA_ENABLE_ACME=False,
    CA_ENABLE_REST_API=False,
    CA_DEFAULT_HOSTNAME="localhost:8800",
    CA_MIN_KEY_SIZE=2048,
    CA_OCSP_RESPONSE_CACHE_EXPIRES=86400 if SIGNS_AHEAD else None,
    LOGGING={"version": 1, "disable_existing_loggers": True, "root": {"level": "ERROR", "handlers": []}},
)
django.setup()

# Its models can be imported only now.
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django_ca.models import Certificate, CertificateAuthority  # noqa: E402

application = WSGIHandler()


def main() -> None:
    call_command("migrate", verbosity=0)
    for name, arguments in KINDS.items():
        if not CertificateAuthority.objects.filter(name=name).exists():
            call_command("init_ca", *arguments, name, f"C=KZ,CN={name} root", stdout=sys.stderr)
    print("ready", flush=True)
    for line in sys.stdin:
        _, *arguments = line.split()
        print(issue(*arguments), flush=True)


def issue(name: str, count: str) -> float:
    authority = CertificateAuthority.objects.get(name=name)
    options = authority.key_backend.get_use_private_key_options(authority, {})
    asked = [(request(number), subject(number)) for number in range(int(count))]
    until, began = datetime.now(UTC) + timedelta(days=365), time.perf_counter()
    for one, whose in asked:
        Certificate.objects.create_cert(authority, options, one, subject=whose, not_after=until)
    return len(asked) / (time.perf_counter() - began)


def request(number: int) -> x509.CertificateSigningRequest:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"citizen{number}.example")])
    return x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())


def subject(number: int) -> x509.Name:
    said = {
        x509.NameOID.COUNTRY_NAME: "KZ",
        x509.NameOID.SERIAL_NUMBER: f"IIN{number:012}",
        x509.NameOID.COMMON_NAME: f"Citizen {number}",
    }
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in said.items()])


def ahead(file: Path) -> str:
    authority = CertificateAuthority.objects.get(name="ec")
    authority.generate_ocsp_key(authority.key_backend.get_use_private_key_options(authority, {}))
    one = Certificate.objects.filter(ca=authority).first()
    one.generate_ocsp_response()
    builder = ocsp.OCSPRequestBuilder().add_certificate(one.pub.loaded, authority.pub.loaded, hashes.SHA256())
    file.write_bytes(builder.build().public_bytes(Encoding.DER))
    return f"/django_ca/ocsp/{authority.serial}/cert/"


if IS_PROGRAM and SIGNS_AHEAD:
    print(ahead(Path(sys.argv[2])))
elif IS_PROGRAM:
    main()
