"""How long a revocation takes to show: from its commit to the first OCSP answer and the first list with it.

``python -m tools.bench.beside tools.bench.revocations PEOPLE COUNT RESPONDERS`` runs beside a running
instance: it has certificates issued, revokes one after the other, and prints the seconds of each as JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.db import transaction

from senim.certification import orders, revocation
from senim.pki.crl import RevocationReason
from tools.bench.orders import PATIENCE_SECONDS, made_by, operator_of, settled

LOOK_EVERY_SECONDS = 0.02


def main() -> None:
    people, count, responders = Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    issuing = x509.load_der_x509_certificate(httpx.get(f"{responders}/ca/issuing.cer").content)
    certificates = _certificates(people, count)
    for certificate in certificates:
        _until(lambda one=certificate: _status(responders, one, issuing) is ocsp.OCSPCertStatus.GOOD)
    print(json.dumps([_seconds(responders, one, issuing) for one in certificates]))


def _certificates(people: Path, count: int) -> list[x509.Certificate]:
    operator = operator_of(people)
    with transaction.atomic():
        placed = [orders.place(**made_by(*operator, number)) for number in range(count)]
    outcomes = settled(placed, until=time.monotonic() + PATIENCE_SECONDS)
    return [x509.load_der_x509_certificate(outcome.certificates[0].der) for outcome in outcomes]


def _seconds(
    responders: str, certificate: x509.Certificate, issuing: x509.Certificate
) -> tuple[float, float]:
    revocation.revoke(
        serial_number=certificate.serial_number,
        reason=RevocationReason.SUPERSEDED,
        at=datetime.now(UTC),
        actor="process:bench",
    )
    began = time.monotonic()
    answered = (
        _until(lambda: _status(responders, certificate, issuing) is ocsp.OCSPCertStatus.REVOKED) - began
    )
    return answered, _until(lambda: _is_listed(certificate)) - began


def _status(
    responders: str, certificate: x509.Certificate, issuing: x509.Certificate
) -> ocsp.OCSPCertStatus | None:
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuing, hashes.SHA256()).build()
    answer = httpx.post(f"{responders}/ocsp", content=asked.public_bytes(Encoding.DER))
    said = ocsp.load_der_ocsp_response(answer.content)
    return said.certificate_status if said.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL else None


def _is_listed(certificate: x509.Certificate) -> bool:
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    shown = x509.load_der_x509_crl(httpx.get((points[0].full_name or [])[0].value).content)
    return shown.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None


def _until(true: Callable[[], bool]) -> float:
    """When it became true. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("a revocation does not show")
        time.sleep(LOOK_EVERY_SECONDS)
    return time.monotonic()
