"""A door is asked without waiting, in plain HTTP or over TLS; what it says decides whether it lives."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from senim.runtime.supervision.probe import Probe, http_question
from tests.runtime.conftest import until


@contextmanager
def door(answer: bytes, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, int]]:
    """Answers every connection with these bytes."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with tls.wrap_socket(connection, server_side=True) if tls else connection as talk:
                talk.recv(1000)
                talk.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()
        listening.shutdown(socket.SHUT_RDWR)


def asked_for_a_while(probe: Probe) -> bool:
    return any(probe.answered() or threading.Event().wait(0.02) for _ in range(20))


@pytest.mark.parametrize("status", [b"200 OK", b"503 Service Unavailable"])
def test_a_door_that_answers_lives(status: bytes) -> None:
    with door(b"HTTP/1.1 " + status + b"\r\n\r\n") as address:
        assert asked_for_a_while(Probe(address, http_question("localhost")))


@pytest.mark.parametrize("said", [b"HTTP/1.1 500 Internal Server Error\r\n\r\n", b"SSH-2.0-OpenSSH\r\n", b""])
def test_a_door_that_says_something_else_does_not(said: bytes) -> None:
    with door(said) as address:
        assert not asked_for_a_while(Probe(address, http_question("localhost")))


def test_a_door_nobody_stands_behind_does_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert not asked_for_a_while(Probe(listening.getsockname(), http_question("localhost")))
    assert not asked_for_a_while(Probe(("127.0.0.1", 9), http_question("localhost")))


def test_a_door_that_speaks_tls_is_asked_over_tls(tmp_path: Path) -> None:
    inside, outside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    inside.load_cert_chain(_own_certificate(tmp_path))
    outside.check_hostname, outside.verify_mode = False, ssl.CERT_NONE
    with door(b"HTTP/1.1 200 OK\r\n\r\n", inside) as address:
        probe = Probe(address, http_question("localhost"), tls=outside)
        assert until(probe.answered, within=20)


def _own_certificate(folder: Path) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    file = folder / "own.pem"
    file.write_bytes(certificate + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file
