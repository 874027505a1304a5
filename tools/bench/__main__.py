"""``python -m tools.bench``: start an instance, measure, write ``bench.json``, print a line a figure."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from senim.runtime.database.postgres import Postgres
from tools.bench import starts
from tools.bench.measure import ROUNDS, CannotMeasure, Figure, requests_per_second, side_by_side, within
from tools.demo.instance import Instance, instance
from tools.demo.keys import from_file

ORDERS = 40
WRITERS, WRITING_SECONDS = 50, 4
OUTPUT = Path("bench.json")


def main() -> int:
    """Exit 1 only where something could not be measured; a shortfall is a figure like any other."""
    only, figures, silent = os.environ.get("ONLY", ""), [], []
    for measured in _measured(only):
        if isinstance(measured, Figure):
            figures.append(measured)
            print(_line(measured), flush=True)
        else:
            silent.append(measured)
            print(f"not measured: {measured}", file=sys.stderr, flush=True)
    OUTPUT.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n", encoding="utf-8")
    return 1 if silent else 0


def _measured(only: str) -> Iterator[Figure | CannotMeasure]:
    if only in {"", "start"}:
        try:
            yield from starts.measure()
        except CannotMeasure as reason:
            yield reason
    wanted = {name: measure for name, measure in MEASURED.items() if only in {"", name}}
    if not wanted:
        return
    with instance() as here, TemporaryDirectory(prefix="senim-bench-") as folder:
        for measure in wanted.values():
            try:
                yield from measure(here, Path(folder))
            except CannotMeasure as reason:
                yield reason


def _line(figure: Figure) -> str:
    verdict = "" if figure.at_least is None else ("; holds" if figure.holds else "; FALLS SHORT")
    beside = f"{figure.ours} {figure.unit}; {figure.peer}: {figure.peers}; ratio {figure.ratio}"
    return f"{figure.name}: {beside}{verdict}"


def issue(here: Instance, _: Path) -> Iterator[Figure]:
    """From an operator's confirmed order to the certificate, through the supervised authority worker."""
    yield side_by_side(
        name="certificates from a confirmed order: placed, examined, linted, stored, signed, journalled",
        unit="certificates/s",
        peer="bare CertificateBuilder, P-256",
        ours=lambda: _settled(here),
        peers=_bare_builder,
    )


def _settled(here: Instance) -> float:
    return float(_beside(here, "tools.bench.orders", str(here.people), str(ORDERS)))


def _beside(here: Instance, module: str, *arguments: str) -> str:
    """The last line that the module prints, run beside the instance with its database."""
    home = here.people.parent.parent
    environment = {
        **os.environ,
        "SENIM_HOME": str(home),
        "SENIM_DATABASE_URL": Postgres(home, output=subprocess.DEVNULL).url(),  # type: ignore[arg-type]
        "SENIM_PROCESS": "command",
        "DJANGO_SETTINGS_MODULE": "senim.runtime.django_settings",
    }
    command = [sys.executable, "-m", "tools.bench.beside", module, *arguments]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if said.returncode:
        raise CannotMeasure(said.stderr[-2000:])
    return said.stdout.strip().split("\n")[-1]


def _bare_builder(seconds: float = 2.0) -> float:
    key, made = ec.generate_private_key(ec.SECP256R1()), 0
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ӨЛШЕУ ЖЫЛДАМДЫҚ")])
    now, started = datetime.now(UTC), time.monotonic()
    while time.monotonic() - started < seconds:
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now)
        builder = builder.not_valid_after(now + timedelta(days=365))
        for extension in _extensions(key):
            builder = builder.add_extension(extension, critical=False)
        builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
        made += 1
    return made / (time.monotonic() - started)


def _extensions(key: ec.EllipticCurvePrivateKey) -> tuple[x509.ExtensionType, ...]:
    """As many as a citizen's certificate has."""
    url = x509.UniformResourceIdentifier("http://localhost:8001/ocsp")
    access = x509.AccessDescription(x509.AuthorityInformationAccessOID.OCSP, url)
    return (
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()),
        x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CLIENT_AUTH]),
        x509.AuthorityInformationAccess([access]),
        x509.CRLDistributionPoints([x509.DistributionPoint([url], None, None, None)]),
    )


def revoke_to_visible(here: Instance, _: Path) -> Iterator[Figure]:
    """Seconds from the commit of a revocation to the first answer and the first list that say so."""
    printed = _beside(
        here, "tools.bench.revocations", str(here.people), str(ROUNDS), _loopback(here.responders)
    )
    rounds = json.loads(printed)
    for place, (where, bound) in enumerate({"OCSP": 5.0, "CRL": 60.0}.items()):
        yield within(
            name=f"revoke to visible in {where}",
            unit="s",
            measured=[one[place] for one in rounds],
            promise="promised at most",
            at_most=bound,
        )


def status_answers(here: Instance, folder: Path) -> Iterator[Figure]:
    """OCSP answers of the supervised responders: one process, one certificate asked again and again."""
    certificate = from_file(here.people / "daniyar-auth.p12", here.password("daniyar")).certificate
    issuing = x509.load_der_x509_certificate(
        httpx.get(_loopback(here.responders) + "/ca/issuing.cer").content
    )
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuing, hashes.SHA1()).build()
    body, url = asked.public_bytes(Encoding.DER), _loopback(here.responders) + "/ocsp"
    headers = {"Content-Type": "application/ocsp-request"}
    size = len(httpx.post(url, content=body, headers=headers).content)
    with _raw("rsgi", size) as raw:
        yield side_by_side(
            name="OCSP answers",
            unit="answers/s",
            peer=f"granian RSGI replying a constant of {size} B",
            ours=lambda: requests_per_second(url, headers=headers, body=body, folder=folder),
            peers=lambda: requests_per_second(raw, headers=headers, body=body, folder=folder),
        )


def records(here: Instance, _: Path) -> Iterator[Figure]:
    """Many writers at once, each transaction a row; with a record that vouches for the row, and without."""
    rounds = []

    def ours() -> float:
        arguments = ("tools.bench.records", str(WRITERS), str(WRITING_SECONDS))
        rounds.append(json.loads(_beside(here, *arguments)))
        return float(rounds[-1][0])

    yield side_by_side(
        name=f"transactions of {WRITERS} writers, each with a journal record of its row",
        unit="transactions/s",
        peer="the same without a record",
        ours=ours,
        peers=lambda: float(rounds[-1][1]),
    )


def sign_in_page(here: Instance, folder: Path) -> Iterator[Figure]:
    """The portal's sign-in page: a fresh challenge, a session, three languages' worth of template."""
    url = _loopback(here.portal) + "/kk/sign-in/"
    headers = {"Host": here.portal.split("//")[1]}
    size = len(httpx.get(url, headers=headers).content)
    with _raw("wsgi", size) as raw:
        yield side_by_side(
            name="sign-in page",
            unit="pages/s",
            peer=f"granian WSGI replying a constant of {size} B",
            ours=lambda: requests_per_second(url, headers=headers, folder=folder),
            peers=lambda: requests_per_second(raw, folder=folder),
        )


def _loopback(origin: str) -> str:
    return f"http://127.0.0.1:{origin.rsplit(':', 1)[1]}"


@contextmanager
def _raw(interface: str, size: int, port: int = 18077) -> Iterator[str]:
    """granian with one worker, as ours; stopped at the end of the block."""
    command = [sys.executable, "-m", "tools.bench.raw", str(port), str(size), interface]
    running, url = subprocess.Popen(command), f"http://127.0.0.1:{port}/"
    try:
        for _ in range(100):
            try:
                httpx.get(url)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield url
    finally:
        running.terminate()
        running.wait(20)


MEASURED: dict[str, Callable[[Instance, Path], Iterator[Figure]]] = {
    "issue": issue,
    "revoke": revoke_to_visible,
    "ocsp": status_answers,
    "portal": sign_in_page,
    "journal": records,
}

if __name__ == "__main__":
    sys.exit(main())
