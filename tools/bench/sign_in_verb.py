"""The verb of signing in by signature, and what of it is cryptography and statements to the database.

``python -m tools.bench.beside tools.bench.sign_in_verb PEOPLE ROUNDS COUNT`` runs beside a running instance
and prints, round by round, as JSON: sign-ins a second, and how often a second the bare parts of one are done:
three signatures verified (the person's, that on their certificate, that on the authority's) and the very
statements the verb sends, with their values, over the same connection. All of it is rolled back.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection, transaction

from senim.accounts.sign_in import Challenge, admit_anybody, challenge, sign_in
from senim.certification.certificates import certificate_file
from senim.pki import cms
from tools.demo.keys import Signer, from_file

BROWSER, WHO = "bench", "daniyar"
Statement = tuple[Any, Any]


@dataclass(frozen=True)
class Answered:
    """A challenge and its answer."""

    challenge: Challenge
    signature: bytes


def main() -> None:
    people, rounds, count = Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    password = json.loads((people / "passwords.json").read_text(encoding="utf-8"))[WHO]["password"]
    signer = from_file(people / f"{WHO}-auth.p12", password)
    print(json.dumps([_round([_answered(signer) for _ in range(count)], signer) for _ in range(rounds)]))


def _answered(signer: Signer) -> Answered:
    at = datetime.now(UTC)
    shown = challenge(door="portal", browser=BROWSER, at=at)
    own = signer.certificate.public_bytes(Encoding.DER)
    return Answered(shown, cms.sign(shown.text.encode(), key=signer.key, certificate=own, at=at))


def _round(answers: Sequence[Answered], signer: Signer) -> tuple[float, float]:
    heard: list[list[Statement]] = []
    _rate(lambda: [heard.append(_heard(one)) for one in answers], len(answers))
    verify = _verifications(signer)
    ours = _rate(lambda: [_sign_in(one) for one in answers], len(answers))
    return ours, _rate(lambda: [_bare(statements, verify) for statements in heard], len(answers))


def _rate(work: Callable[[], object], count: int) -> float:
    with transaction.atomic():
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
        transaction.set_rollback(True)
    return count / seconds


def _sign_in(one: Answered) -> None:
    sign_in(
        challenge_id=one.challenge.id,
        signature=one.signature,
        door="portal",
        browser=BROWSER,
        known=None,
        network="192.0.2.0/24",
        at=datetime.now(UTC),
        admit=admit_anybody,
    )


def _heard(one: Answered) -> list[Statement]:
    said: list[Statement] = []

    def note(execute: Callable[..., Any], sql: Any, values: Any, many: bool, context: Any) -> Any:
        said.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        _sign_in(one)
    return said


def _bare(statements: Sequence[Statement], verify: Callable[[], None]) -> None:
    verify()
    with connection.connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)


def _verifications(signer: Signer) -> Callable[[], None]:
    said = b"signed attributes".ljust(200)
    signature, algorithm = signer.key.sign(said, ec.ECDSA(hashes.SHA256())), ec.ECDSA(hashes.SHA256())
    key, own = signer.key.public_key(), signer.certificate
    issuing, root = (x509.load_der_x509_certificate(certificate_file(name)) for name in ("issuing", "root"))

    def verify() -> None:
        key.verify(signature, said, algorithm)
        own.verify_directly_issued_by(issuing)
        issuing.verify_directly_issued_by(root)

    return verify
