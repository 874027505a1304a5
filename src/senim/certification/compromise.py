"""A key says itself that it is compromised: whoever can sign with it may have it revoked, without an account.

The statement is a PKCS#10 request whose subject is ``CN=This key is compromised`` and nothing else, signed by
the key. No honest program makes one by chance, so a request sent for a certificate is no statement; and one
that is sent again finds everything done.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import Model

from senim.certification.models import Certificate
from senim.certification.orders import call_the_authority
from senim.certification.revocation import CLAUSE, is_revoked, mark_compromised, put_on_record
from senim.errors import NotFound, Refused
from senim.journal import record
from senim.pki import names, requests
from senim.pki.crl import RevocationReason
from senim.pki.keys import public_der

STATEMENT = "This key is compromised"
ACTOR = "key:itself"
_BEGIN, _END = b"-----BEGIN CERTIFICATE REQUEST-----", b"-----END CERTIFICATE REQUEST-----"


class StatementUnusable(Refused):
    """Not a request, too large, or not signed by the key in it."""

    clause: ClassVar[str] = CLAUSE


class StatementSaysOtherwise(Refused):
    """A request, but one that does not say that its key is compromised."""

    clause: ClassVar[str] = CLAUSE


class KeyNotCertified(NotFound):
    """No certificate of this authority has this key."""

    clause: ClassVar[str] = CLAUSE


@dataclass(frozen=True)
class Compromised:
    """All certificates of the key, and those of them that were taken back by this statement."""

    serial_numbers: tuple[str, ...]
    revoked: tuple[str, ...]


def report(*, statement: bytes, at: datetime) -> Compromised:
    """Revoke every certificate of the key (keyCompromise); the key is never certified again.

    Raises StatementUnusable, StatementSaysOtherwise, KeyNotCertified.
    """
    digest = hashlib.sha256(public_der(_read(statement).public_key)).digest()
    with transaction.atomic():
        every = _locked(digest)
        if not every:
            raise KeyNotCertified
        fresh = [one for one in every if not is_revoked(one)]
        changed: list[Model] = []
        for certificate in fresh:
            changed += put_on_record(certificate, reason=RevocationReason.KEY_COMPROMISE, at=at, actor=ACTOR)
        changed += mark_compromised(digest, at=at)
        if changed:
            _record(fresh, changed, subject=every[0].serial_number, at=at)
            call_the_authority()
    return Compromised(tuple(one.serial_number for one in every), tuple(one.serial_number for one in fresh))


def _read(statement: bytes) -> requests.Request:
    try:
        read = requests.read(_der(statement))
    except ValueError as wrong:
        raise StatementUnusable from wrong
    if read.subject != ((names.COMMON_NAME, STATEMENT),):
        raise StatementSaysOtherwise
    return read


def _der(statement: bytes) -> bytes:
    """PEM (RFC 7468) or DER. Raises ValueError."""
    if len(statement) > 2 * requests.AT_MOST_BYTES:
        raise ValueError("too large")
    text = statement.strip()
    if not text.startswith(_BEGIN):
        return statement
    encoded = text.removeprefix(_BEGIN).partition(_END)[0]
    return base64.b64decode(b"".join(encoded.split()), validate=True)


def _locked(digest: bytes) -> list[Certificate]:
    found = Certificate.of_issuing().filter(key_digest=digest).order_by("serial_number")
    return list(found.select_for_update())


def _record(fresh: list[Certificate], changed: list[Model], *, subject: str, at: datetime) -> None:
    record(
        verb="certification.report_compromised",
        clause=CLAUSE,
        subject=f"certificate:{subject}",
        at=at,
        actor=ACTOR,
        facts={
            "reason": RevocationReason.KEY_COMPROMISE.value,
            "certificates": [one.serial_number for one in fresh],
        },
        changed=changed,
    )
