"""Orders as the desk places them, and how long the running authority takes to settle them.

``python -m tools.bench.beside tools.bench.orders PEOPLE COUNT`` runs beside a running instance (its database
is in the environment) and prints certificates per second: the clock runs from the commit of COUNT orders that
an operator has confirmed until the last is settled: examined, linted, stored, signed, stored, journalled.
``… PEOPLE COUNT one-by-one`` prints the median seconds of an order placed when the one before is settled.
``… PEOPLE COUNT RSA-2048`` prints certificates per second of an authority worker of its own with such a key.
"""

import json
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.db import connection, transaction

from senim.certification import orders
from senim.certification.certificates import certificate_file
from senim.certification.facts import OrderId, OrderOutcome, SubjectFacts
from senim.certification.fulfilment import fulfil
from senim.certification.issuance import Authority
from senim.certification.lint_beside import beside
from senim.certification.templates import Issuer
from senim.identifiers import parse
from senim.pki import cms
from senim.pki.certificates import key_id
from senim.pki.keys import KeyAlgorithm, generate

PATIENCE_SECONDS = 120


def main() -> None:
    people, count, how = Path(sys.argv[2]), int(sys.argv[3]), "".join(sys.argv[4:5])
    operator = operator_of(people)
    made = [made_by(*operator, number) for number in range(count)]
    if not how:
        print(_rate(made))
    elif how == "one-by-one":
        print(statistics.median(_seconds(one) for one in made))
    else:
        print(_rate_of_our_own(made, KeyAlgorithm(how)))


def _rate(made: list[dict[str, Any]]) -> float:
    with transaction.atomic():
        placed = [orders.place(**one) for one in made]
    began = time.monotonic()
    while _pending(placed):
        if time.monotonic() > began + PATIENCE_SECONDS:
            raise TimeoutError("the authority did not settle the orders")
        time.sleep(0.02)
    seconds = time.monotonic() - began
    settled(placed, until=began)  # that none was refused is looked up when the clock has stopped
    return 2 * len(made) / seconds


def _pending(placed: list[OrderId]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM certification_order WHERE id = ANY(%s) AND state = 'pending' LIMIT 1", [placed]
        )
        return cursor.rowcount > 0


def _seconds(order: dict[str, Any]) -> float:
    began = time.monotonic()
    with transaction.atomic():
        placed = orders.place(**order)
    settled([placed], until=began + PATIENCE_SECONDS)
    return time.monotonic() - began


def _rate_of_our_own(made: list[dict[str, Any]], algorithm: KeyAlgorithm) -> float:
    """The running authority leaves orders alone that are not due yet; to ours they are."""
    with beside() as linter:
        authority, at = authority_with(algorithm), datetime.now(UTC) + timedelta(hours=1)
        with transaction.atomic():
            for one in made:
                orders.place(**{**one, "at": at})
        began, left = time.monotonic(), len(made)
        while left:
            left -= fulfil(authority, at=at, linter=linter)
        return 2 * len(made) / (time.monotonic() - began)


def authority_with(algorithm: KeyAlgorithm) -> Authority:
    """The instance's own, but for its key."""
    own, key = x509.load_der_x509_certificate(certificate_file("issuing")), generate(algorithm)
    identifier = key_id(key.public_key())
    return Authority(Issuer("issuing", own.subject, identifier, own.not_valid_after_utc, True), key)


def made_by(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, number: int) -> dict[str, Any]:
    at = datetime.now(UTC)
    requests = {purpose: _request() for purpose in ("sign", "auth")}
    subject = SubjectFacts(
        iin=iin_of(number),
        surname="ӨЛШЕУ",
        given_name=f"ЖЫЛДАМДЫҚ {number}",
        email=f"bench{number}@mail.test",
    )
    application = f"{time.time_ns() % 10**8:08}{number:04}"
    document = orders.document(
        application_number=application,
        subject=subject,
        requests=requests,
        operator_iin=_iin_of(certificate),
        at=at,
    )
    signature = cms.sign(document, key=key, certificate=certificate.public_bytes(Encoding.DER), at=at)
    return {
        "application_number": application,
        "document": document,
        "operator_signature": signature,
        "requests": requests,
        "at": at,
    }


def operator_of(people: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    password = json.loads((people / "passwords.json").read_text(encoding="utf-8"))["dauren"]["password"]
    content = (people / "dauren-sign.p12").read_bytes()
    key, certificate, _ = pkcs12.load_key_and_certificates(content, password.encode())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert certificate is not None
    return key, certificate


def _iin_of(certificate: x509.Certificate) -> str:
    serial = certificate.subject.get_attributes_for_oid(x509.NameOID.SERIAL_NUMBER)[0].value
    return str(serial).removeprefix("IIN")


def _request() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ӨЛШЕУ ЖЫЛДАМДЫҚ")])
    built = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return built.public_bytes(Encoding.DER)


def iin_of(number: int) -> str:
    """A valid identifier: born on a day in 1990 that the number chooses, with whatever sequence fits."""
    for sequence in range(number * 7 % 9000, 9999):
        for check in range(10):
            candidate = f"90{1 + number % 12:02}{1 + number % 28:02}3{sequence:04}{check}"
            try:
                return parse(candidate).number
            except Exception:  # noqa: BLE001 - the next one then
                continue
    raise ValueError(number)


def settled(placed: list[OrderId], *, until: float) -> list[OrderOutcome]:
    """Raises TimeoutError, RuntimeError where one was refused."""
    outcomes = []
    for order in placed:
        while (outcome := orders.outcome(order)).state == "pending":
            if time.monotonic() > until:
                raise TimeoutError("the authority did not settle the orders")
            time.sleep(0.02)
        if outcome.state != "issued":
            raise RuntimeError(f"an order was refused: {outcome.refusal_text_id}")
        outcomes.append(outcome)
    return outcomes
