"""``pip install senim`` without the platform: ``senim.pki`` needs cryptography and nothing else."""

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
BARE = """
import importlib.abc, pkgutil, sys

ALLOWED = {"senim", "cryptography", "cffi", "_cffi_backend", "pycparser", "typing_extensions"}


class OnlyWhatABareInstallationHas(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ALLOWED and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"{name} is not in a bare installation", name=name)
        return None


sys.meta_path.insert(0, OnlyWhatABareInstallationHas())
for outside in ("django", "psycopg", "pkilint", "granian"):
    try:
        __import__(outside)
    except ModuleNotFoundError:
        continue
    raise SystemExit(f"the test is void: {outside} can be imported")

import senim, senim.pki
WITH_THE_SERVER = {"senim.pki.tokens", "senim.pki.token_keys"}
for module in pkgutil.iter_modules(senim.pki.__path__, "senim.pki."):
    if module.name not in WITH_THE_SERVER:
        __import__(module.name)
unwanted = {name for name in sys.modules if name.partition(".")[0] in {"django", "psycopg", "procrastinate"}}
assert not unwanted, unwanted
"""
USED = """
from datetime import UTC, datetime, timedelta
from cryptography import x509
from cryptography.x509.oid import NameOID
from senim.pki import certificates, cms, paths
from senim.pki.certificates import Extension, Template
from senim.pki.keys import KeyAlgorithm, generate

now, key = datetime.now(UTC), generate(KeyAlgorithm.P256)
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody")])
usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
certificate = certificates.build(
    Template(name, name, key.public_key(), certificates.new_serial_number(), now, now + timedelta(days=1),
             (Extension(usage, critical=True),)),
    key=key,
)
signed = cms.sign(b"a document", key=key, certificate=certificate, at=now)
cms.read(signed).verify(b"a document")
try:
    cms.read(signed).verify(b"another document")
except cms.CmsInvalid:
    print("signed, verified, refused")
"""


def bare(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_every_module_of_pki_but_those_of_tokens_is_imported_without_the_platform() -> None:
    said = bare(BARE)
    assert said.returncode == 0, said.stderr


def test_documents_are_signed_and_verified_without_the_platform() -> None:
    said = bare(BARE + USED)
    assert said.returncode == 0, said.stderr
    assert said.stdout == "signed, verified, refused\n"
