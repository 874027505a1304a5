"""How fast OCSP answers signed ahead are given over HTTP, and what one costs: one process, one certificate.

A rate says what a machine gives now, and falls with whatever else it does; the processor time of an answer
says what it takes, on however many cores.
"""

import json
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp

from tools.bench import peers, processor
from tools.bench.measure import SECONDS, CannotMeasure, Figure, Peer, requests_per_second, side_by_side
from tools.bench.raw import serving_raw
from tools.demo.instance import Instance
from tools.demo.keys import from_file
from tools.ports import free_ports

SERVERS = (
    ("gunicorn, each of two workers", 2, 10.0, "gunicorn -w2 -b 127.0.0.1:{port} --log-level error"),
    (
        "granian, one worker",
        1,
        None,
        "granian --interface wsgi --workers 1 --no-ws --host 127.0.0.1 --port {port} --log-level error",
    ),
)
CFSSL = (
    ("signed ahead, on all cores", 1.0, {}),
    ("signed ahead, on one thread as ours", 1.0, {"GOMAXPROCS": "1"}),
)
HEADERS = {"Content-Type": "application/ocsp-request"}


def measure(here: Instance, folder: Path) -> Iterator[Figure | CannotMeasure]:
    """Peers that cannot be had are said."""
    body, url = request_of(here), loopback(here.responders) + "/ocsp"
    size = len(httpx.post(url, content=body, headers=HEADERS).content)
    ours = Asked(url, body, folder)
    with ExitStack() as stack:
        raw = Asked(stack.enter_context(serving_raw("rsgi", size)), body, folder)
        beside = [Peer(f"granian RSGI replying a constant of {size} B", raw, 0.7)]
        for peer in (_django_ca, _cfssl):
            try:
                beside += peer(stack, folder)
            except CannotMeasure as reason:
                yield reason
        name = "OCSP answers signed ahead, over HTTP from one process"
        yield from side_by_side(name=name, unit="answers/s", ours=ours, peers=beside)
        yield from side_by_side(
            name="processor time of an OCSP answer signed ahead",
            unit="µs",
            ours=ours.cost,
            peers=[
                Peer(peer.name, peer.measured.cost) for peer in beside if isinstance(peer.measured, Asked)
            ],
            less_is_better=True,
        )


@dataclass
class Asked:
    """A server, asked for a few seconds at each call; what the answers of each cost it is remembered."""

    url: str
    body: bytes
    folder: Path
    workers: int = 1
    costs: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """Answers a second of each of its workers: ours is one, too."""
        before = processor.seconds_behind(self.url)
        rate = requests_per_second(self.url, headers=HEADERS, bodies=[self.body], folder=self.folder)
        self.costs.append((processor.seconds_behind(self.url) - before) / (rate * SECONDS) * 1e6)
        return rate / self.workers

    def cost(self) -> float:
        """Of one answer in microseconds, on all cores together, round by round."""
        return self.costs.pop(0)


def request_of(here: Instance) -> bytes:
    certificate = from_file(here.people / "daniyar-auth.p12", here.password("daniyar")).certificate
    issuing = httpx.get(loopback(here.responders) + "/ca/issuing.cer").content
    return request_for(certificate, x509.load_der_x509_certificate(issuing))


def request_for(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()
    return asked.public_bytes(Encoding.DER)


def loopback(origin: str) -> str:
    return f"http://127.0.0.1:{origin.rsplit(':', 1)[1]}"


def _django_ca(stack: ExitStack, folder: Path) -> list[Peer]:
    """As its authors serve it, and under what serves it faster. Raises CannotMeasure."""
    home, request = folder / "django-ca-ocsp", folder / "django-ca.request"
    with peers.django_ca(home) as theirs:
        theirs.answer("issue", "ec", 1)
    python = peers.python()
    said = subprocess.run(
        [python, peers.HERE / "djca.py", home, request], capture_output=True, text=True, check=False
    )
    if said.returncode:
        raise CannotMeasure(f"django-ca signs nothing ahead: {said.stderr[-500:]}")
    path, found = said.stdout.split()[-1], []
    for name, workers, at_least, command in SERVERS:
        [port] = free_ports(1)
        program, *arguments = command.format(port=port).split()
        url = f"http://127.0.0.1:{port}{path}"
        whole = [python.parent / program, *arguments, "djca:application"]
        stack.enter_context(peers.serving(whole, url, environment={"SENIM_BENCH_DJCA": str(home)}))
        asked = Asked(url, request.read_bytes(), folder, workers)
        found.append(Peer(f"django-ca 3.2 under {name}, signed ahead", asked, at_least))
    return found


def _cfssl(stack: ExitStack, folder: Path) -> list[Peer]:
    """Serves one answer from a file. Raises CannotMeasure."""
    program = peers.cfssl()
    issuer, leaf = _two_certificates(folder)
    signed = subprocess.run(
        [
            *(program, "ocspsign", "-loglevel", "5", "-ca", folder / "ca.pem"),
            *(
                "-responder",
                folder / "ca.pem",
                "-responder-key",
                folder / "ca.key",
                "-cert",
                folder / "leaf.pem",
            ),
        ],
        capture_output=True,
        check=False,
    )
    try:
        answer = json.loads(signed.stdout)["ocspResponse"]
    except (ValueError, KeyError) as wrong:
        raise CannotMeasure(f"cfssl signs nothing ahead: {signed.stderr.decode()[-500:]}") from wrong
    b64decode(answer, validate=True)
    (folder / "answers").write_text(answer, encoding="ascii")
    found = []
    for name, at_least, environment in CFSSL:
        [port] = free_ports(1)
        url = f"http://127.0.0.1:{port}/"
        command = [program, "ocspserve", "-address", "127.0.0.1", "-port", str(port), "-loglevel", "5"]
        command += ["-responses", folder / "answers"]
        stack.enter_context(peers.serving(command, url, environment=environment))
        asked = Asked(url, request_for(leaf, issuer), folder)
        found.append(Peer(f"cfssl ocspserve, {name}", asked, at_least))
    return found


def _two_certificates(folder: Path) -> tuple[x509.Certificate, x509.Certificate]:
    """An authority and one it certifies, as files cfssl reads."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    (folder / "ca.key").write_bytes(pem)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "cfssl")])
    made = []
    for file, number, is_authority in (("ca.pem", 1, True), ("leaf.pem", 4096, False)):
        builder = x509.CertificateBuilder().issuer_name(name).subject_name(name).serial_number(number)
        builder = builder.public_key(key.public_key()).not_valid_before(now - timedelta(days=1))
        builder = builder.not_valid_after(now + timedelta(days=365))
        builder = builder.add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        made.append(builder.sign(key, hashes.SHA256()))
        (folder / file).write_bytes(made[-1].public_bytes(Encoding.PEM))
    return made[0], made[1]
