"""``senim ca`` and ``senim certs``: the authority's own certificates, and everybody's by hand."""

import argparse
import getpass
import hashlib
import json
import sys
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from django.utils import timezone

from senim.certification import certificates, revocation
from senim.certification.facts import CertificateFacts
from senim.errors import Refused
from senim.pki.certificates import subject_of
from senim.pki.crl import RevocationReason
from senim.runtime.console import ceremony_commands
from senim.settings import settings


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    _register_ca(commands.add_parser("ca", help="the certification authority: ceremony, its certificates"))
    _register_certs(commands.add_parser("certs", help="certificates: list, inspect, revoke"))


def _register_ca(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="verb")
    ceremony_commands.register(verbs)
    show = verbs.add_parser("show", help="the authority's own certificates, and where their keys live")
    show.set_defaults(run=run_show)
    show.add_argument("--json", action="store_true", help="print JSON")


def _register_certs(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="verb")
    every = verbs.add_parser("list", help="newest first")
    every.add_argument("--iin", default="", help="only this person's")
    every.add_argument("--profile", default="", help="only of this profile")
    every.add_argument("--at-most", type=int, default=50)
    every.set_defaults(run=run_list)
    inspect = verbs.add_parser("inspect", help="everything we know of one certificate")
    inspect.add_argument("serial_number", help="hexadecimal, colons forgiven")
    inspect.set_defaults(run=run_inspect)
    revoke = verbs.add_parser("revoke", help="take a certificate back for good")
    revoke.add_argument("serial_number", help="hexadecimal, colons forgiven")
    revoke.add_argument("--reason", required=True, choices=[reason.value for reason in RevocationReason])
    revoke.set_defaults(run=run_revoke)
    for verb in (every, inspect, revoke):
        verb.add_argument("--json", action="store_true", help="print JSON")


def run_show(options: argparse.Namespace) -> int:
    folder = settings.home / "certificates"
    own = [label for label in ("root", "issuing", "ocsp", "tsa") if (folder / f"{label}.cer").exists()]
    places = ceremony_commands.places()
    facts = {
        label: {**_described(certificates.certificate_file(label)), "key": places[label]} for label in own
    }
    if not facts:
        return _say_no("there is no authority yet; `senim ca init` makes one", options)
    lines = [
        f"{label:8} {said['serial_number']} {said['not_after']} {said['subject']} ({said['key']})"
        for label, said in facts.items()
    ]
    _say(options, facts, lines)
    return 0


def _line(label: str, said: dict[str, object]) -> str:
    return f"{label:8} {said['serial_number']} until {said['not_after']} {said['subject']}"


def run_list(options: argparse.Namespace) -> int:
    found = certificates.newest(iin=options.iin, profile=options.profile, at_most=options.at_most)
    lines = [
        f"{one.serial_number:040x} {one.profile:16} {one.status.value:8} {_time(one.not_after)}"
        for one in found
    ]
    _say(options, [_facts(one) for one in found], lines or ["none"])
    return 0


def run_inspect(options: argparse.Namespace) -> int:
    found = certificates.of_serial_number(_number(options.serial_number))
    if found is None:
        return _say_no("no certificate of this authority has this serial number", options)
    facts = {**_facts(found), **_described(found.der)}
    _say(options, facts, [f"{name}: {value}" for name, value in facts.items()])
    return 0


def run_revoke(options: argparse.Namespace) -> int:
    try:
        done = revocation.revoke(
            serial_number=_number(options.serial_number),
            reason=RevocationReason(options.reason),
            at=timezone.now(),
            actor=f"console:{getpass.getuser()}",
        )
    except Refused as refusal:
        return _say_no(refusal.reason.in_language("en"), options, clause=refusal.clause)
    facts = {
        "serial_number": f"{done.serial_number:040x}",
        "profile": done.profile,
        "reason": done.reason.value,
        "revoked_at": _time(done.revoked_at),
    }
    _say(options, facts, [f"revoked {facts['serial_number']} ({facts['reason']}) at {facts['revoked_at']}"])
    return 0


def _number(text: str) -> int:
    """0 for what is no number: no certificate has it."""
    try:
        return int(text.replace(":", "").strip(), 16)
    except ValueError:
        return 0


def _facts(certificate: CertificateFacts) -> dict[str, object]:
    return {
        "serial_number": f"{certificate.serial_number:040x}",
        "profile": certificate.profile,
        "status": certificate.status.value,
        "not_before": _time(certificate.not_before),
        "not_after": _time(certificate.not_after),
        "revoked_at": _time(certificate.revoked_at) if certificate.revoked_at else None,
        "reason": certificate.reason.value if certificate.reason else None,
    }


def _described(certificate: bytes) -> dict[str, object]:
    said = x509.load_der_x509_certificate(certificate)
    return {
        "serial_number": f"{said.serial_number:040x}",
        "subject": ", ".join(value for _, value in subject_of(certificate)),
        "not_before": _time(said.not_valid_before_utc),
        "not_after": _time(said.not_valid_after_utc),
        "sha256": hashlib.sha256(certificate).hexdigest(),
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _say(options: argparse.Namespace, facts: object, lines: list[str]) -> None:
    print(json.dumps(facts, ensure_ascii=False, indent=2) if options.json else "\n".join(lines))


def _say_no(reason: str, options: argparse.Namespace, *, clause: str = "") -> int:
    refused = {"refused": reason, **({"clause": clause} if clause else {})}
    if options.json:
        print(json.dumps(refused, ensure_ascii=False, indent=2))
    else:
        print(f"senim: {reason}{f' ({clause})' if clause else ''}", file=sys.stderr)
    return 1
