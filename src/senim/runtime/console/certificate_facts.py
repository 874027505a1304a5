"""What commands say of a certificate, in words and in JSON."""

import argparse
import hashlib
import json
import sys
from datetime import UTC, datetime

from cryptography import x509

from senim.certification.facts import CertificateFacts
from senim.pki.certificates import subject_of


def facts_of(certificate: CertificateFacts) -> dict[str, object]:
    return {
        "serial_number": f"{certificate.serial_number:040x}",
        "profile": certificate.profile,
        "status": certificate.status.value,
        "not_before": time(certificate.not_before),
        "not_after": time(certificate.not_after),
        "revoked_at": time(certificate.revoked_at) if certificate.revoked_at else None,
        "reason": certificate.reason.value if certificate.reason else None,
    }


def described(certificate: bytes) -> dict[str, object]:
    said = x509.load_der_x509_certificate(certificate)
    return {
        "serial_number": f"{said.serial_number:040x}",
        "subject": ", ".join(value for _, value in subject_of(certificate)),
        "not_before": time(said.not_valid_before_utc),
        "not_after": time(said.not_valid_after_utc),
        "sha256": hashlib.sha256(certificate).hexdigest(),
    }


def time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def say(options: argparse.Namespace, facts: object, lines: list[str]) -> None:
    print(json.dumps(facts, ensure_ascii=False, indent=2) if options.json else "\n".join(lines))


def say_no(reason: str, options: argparse.Namespace, *, clause: str = "") -> int:
    refused = {"refused": reason, **({"clause": clause} if clause else {})}
    if options.json:
        print(json.dumps(refused, ensure_ascii=False, indent=2))
    else:
        print(f"senim: {reason}{f' ({clause})' if clause else ''}", file=sys.stderr)
    return 1
