"""Orders as an honest desk makes them, and a worker process that carries them out."""

import os
import signal
import subprocess
import sys
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asgiref.local import Local
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection, connections
from tests.holders import Holder

from senim.certification import orders
from senim.certification.facts import OrderId, SubjectFacts
from senim.pki.keys import KeyAlgorithm, generate
from senim.runtime import authority_worker
from senim.runtime.isolation import handing
from senim.settings import settings

AIGERIM = SubjectFacts(
    iin="940308492147",
    surname="Сәрсенова",
    given_name="Айгерім",
    patronymic="Нұрланқызы",
    email="aigerim@mail.test",
)
DANIYAR = SubjectFacts(iin="890617391071", surname="Ахметов", given_name="Данияр", patronymic="Серікұлы")
DAUREN = {"iin": "851102393201", "surname": "Оспанов", "given_name": "Дәурен", "patronymic": "Маратұлы"}
AINUR = {"iin": "910924494167", "surname": "Бекова", "given_name": "Айнұр", "patronymic": "Болатқызы"}
PATIENCE = 150.0


def request_for(key: Any, hash_algorithm: Any = None) -> bytes:
    """A certificate request as a browser makes it."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "whoever")])
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hash_algorithm or SHA256())
    return made.public_bytes(Encoding.DER)


def two_requests() -> dict[str, bytes]:
    return {purpose: request_for(generate(KeyAlgorithm.P256)) for purpose in ("sign", "auth")}


@dataclass
class Order:
    """What goes into an order; a hostile test changes one thing."""

    operator: Holder
    subject: SubjectFacts = AIGERIM
    operator_iin: str = DAUREN["iin"]
    application_number: str = field(default_factory=lambda: str(uuid.uuid4().int)[:12])
    requests: dict[str, bytes] = field(default_factory=two_requests)
    requests_placed: dict[str, bytes] | None = None
    signed: bytes | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def document(self) -> bytes:
        return orders.document(
            application_number=self.application_number,
            subject=self.subject,
            requests=self.requests,
            operator_iin=self.operator_iin,
            at=self.at,
        )

    def place(self, *, signature: bytes | None = None, document: bytes | None = None) -> OrderId:
        text = document if document is not None else self.document()
        return orders.place(
            application_number=self.application_number,
            document=text,
            operator_signature=signature
            if signature is not None
            else self.operator.sign(self.signed or text),
            requests=self.requests_placed or self.requests,
            at=self.at,
        )


class Forked:
    """A worker in a process of its own that shares what this one has imported: started in no time. ``run`` is
    something else to do there."""

    def __init__(self, run: Callable[[], int] | None = None, **environment: str) -> None:
        connection.close()  # a connection must not be shared by two processes
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if self.pid == 0:
            _be_a_worker(environment, run or authority_worker.main)

    def wait(self, patience: float = PATIENCE) -> int:
        """Its exit code, negative for the signal that killed it."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.02)
        self.kill()
        raise AssertionError("the worker did not end")

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def _be_a_worker(environment: dict[str, str], run: Callable[[], int]) -> None:
    """Beside a browser Django keeps one connection for this thread's event loop and another, older one for
    code without a loop. A forked process has no loop: it must not take up the parent's older connection."""
    code = 1
    try:
        connections._connections = Local(connections.thread_critical)
        os.environ.update(environment)
        code = run()
    finally:
        os._exit(code)


def start_as_supervised(**environment: str) -> "subprocess.Popen[bytes]":
    """The worker as ``senim up`` starts it."""
    names = ("passphrase-authority", "journal-mac")
    handed = handing.descriptor_with({name: settings.secret(name) for name in names})
    environment = {"SENIM_PROCESS": "authority", **handing.told(handed), **environment}
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "senim.runtime.supervision.child", "authority"],
            env=os.environ | environment,
            pass_fds=[handed],
        )
    finally:
        os.close(handed)


@contextmanager
def supervised() -> Iterator["subprocess.Popen[bytes]"]:
    worker = start_as_supervised()
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait(PATIENCE)


@contextmanager
def workers(count: int = 1, **environment: str) -> Iterator[list[Forked]]:
    running = [Forked(**environment) for _ in range(count)]
    try:
        yield running
    finally:
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.wait(PATIENCE)


def settled(*order_ids: OrderId) -> list[orders.OrderOutcome]:
    """The outcomes, once none is pending."""
    return wait_for(lambda: _settled(order_ids))


def _settled(order_ids: tuple[OrderId, ...]) -> list[orders.OrderOutcome] | None:
    outcomes = [orders.outcome(order_id) for order_id in order_ids]
    return None if any(outcome.state == "pending" for outcome in outcomes) else outcomes


def wait_for(ask: Any, patience: float = PATIENCE) -> Any:
    """What ``ask`` answers, once it is neither None nor False."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def rsa_key(bits: int) -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(65537, bits)


def other_curve() -> Any:
    return ec.generate_private_key(ec.SECP521R1())
