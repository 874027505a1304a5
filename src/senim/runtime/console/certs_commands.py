"""``senim certs``: find certificates, look into one, take back one or many."""

import argparse
import getpass
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.utils import timezone

from senim.certification import blocked_keys, certificates, mass_revocation, revocation
from senim.certification.profiles import names
from senim.errors import Refused
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus
from senim.runtime.console import key_lists
from senim.runtime.console.certificate_facts import described, facts_of, say, say_no, time

REASONS = [reason.value for reason in RevocationReason if reason is not RevocationReason.CERTIFICATE_HOLD]
AT_MOST = 50


One = TypeVar("One")


class ListUnreadable(ValueError):
    """A line of the file is no serial number."""


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("certs", help="certificates: search, inspect, revoke")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    for name, said in (("list", "newest first"), ("search", "the same, by more than one mark")):
        _register_search(_verb(verbs, name, run_search, said))
    inspect = _verb(verbs, "inspect", run_inspect, "everything we know of one certificate")
    inspect.add_argument("serial_number", help="hexadecimal, colons forgiven")
    revoke = _verb(verbs, "revoke", run_revoke, "take a certificate, or a file of them, back for good")
    which = revoke.add_mutually_exclusive_group(required=True)
    which.add_argument("serial_number", nargs="?", help="hexadecimal, colons forgiven")
    which.add_argument(
        "--file", type=Path, help="a serial number a line, # for remarks; run it again to go on after a break"
    )
    revoke.add_argument("--reason", required=True, choices=REASONS, help="as RFC 5280 names it")
    blocked = _verb(
        verbs, "compromised", run_compromised, "never certify the keys of a list; revoke who has one"
    )
    blocked.add_argument(
        "--file",
        type=Path,
        required=True,
        help="SHA-256 of a SubjectPublicKeyInfo a line, hexadecimal or base64; run it again to go on",
    )


def _verb(verbs: Any, name: str, run: Any, said: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=said)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def _register_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--iin", default="", help="this person's")
    parser.add_argument("--bin", default="", help="this legal entity's")
    parser.add_argument(
        "--profile",
        default="",
        choices=["", *names()],
        metavar="PROFILE",
        help="of this kind, such as individual_sign",
    )
    parser.add_argument("--serial", default="", help="serial numbers that begin like this, hexadecimal")
    parser.add_argument(
        "--status", default="", choices=["", CertStatus.GOOD, CertStatus.REVOKED], help="good or revoked"
    )
    parser.add_argument("--at-most", type=int, default=AT_MOST, help=f"how many ({AT_MOST})")


def run_search(options: argparse.Namespace) -> int:
    found = certificates.newest(
        iin=options.iin,
        bin=options.bin,
        profiles=[options.profile] if options.profile else [],
        serial=_spelled(options.serial),
        status=options.status,
        at_most=options.at_most,
    )
    lines = [
        f"{one.serial_number:040x} {one.profile:16} {one.status.value:8} {time(one.not_after)}"
        for one in found
    ]
    say(options, [facts_of(one) for one in found], lines or ["none"])
    return 0


def run_inspect(options: argparse.Namespace) -> int:
    found = certificates.of_serial_number(_number(options.serial_number))
    if found is None:
        return say_no("no certificate of this authority has this serial number", options)
    facts = {**facts_of(found), **described(found.der)}
    say(options, facts, [f"{name}: {value}" for name, value in facts.items()])
    return 0


def run_revoke(options: argparse.Namespace) -> int:
    return _revoke_file(options) if options.file else _revoke_one(options)


def _revoke_one(options: argparse.Namespace) -> int:
    try:
        done = revocation.revoke(
            serial_number=_number(options.serial_number),
            reason=RevocationReason(options.reason),
            at=timezone.now(),
            actor=_actor(),
        )
    except Refused as refusal:
        return say_no(refusal.reason.in_language("en"), options, clause=refusal.clause)
    facts = {
        "serial_number": f"{done.serial_number:040x}",
        "profile": done.profile,
        "reason": done.reason.value,
        "revoked_at": time(done.revoked_at),
    }
    say(options, facts, [f"revoked {facts['serial_number']} ({facts['reason']}) at {facts['revoked_at']}"])
    return 0


def _revoke_file(options: argparse.Namespace) -> int:
    """The file is read whole first, so that a slip in it revokes nothing."""
    try:
        wanted = _read(options.file)
    except (OSError, ValueError) as wrong:
        return say_no(f"{options.file}: {wrong}", options)
    count: Counter[str] = Counter()
    unknown: list[int] = []
    for part in _parts(wanted, mass_revocation.AT_MOST):
        done = mass_revocation.revoke_part(
            serial_numbers=part, reason=RevocationReason(options.reason), at=timezone.now(), actor=_actor()
        )
        count.update(revoked=len(done.revoked), already=len(done.already), unknown=len(done.unknown))
        unknown += done.unknown
        print(f"{count.total()} of {len(wanted)}", file=sys.stderr, flush=True)
    facts = {
        **{name: count[name] for name in ("revoked", "already")},
        "unknown": [f"{n:040x}" for n in unknown],
    }
    lines = [f"revoked {count['revoked']}, revoked before {count['already']}, unknown {count['unknown']}"]
    say(options, facts, [*lines, *(f"unknown {number:040x}" for number in unknown)])
    return 1 if unknown else 0


def run_compromised(options: argparse.Namespace) -> int:
    """The file is read whole first, so that a slip in it blocks nothing."""
    try:
        wanted = key_lists.read(options.file)
    except (OSError, ValueError) as wrong:
        return say_no(f"{options.file}: {wrong}", options)
    count: Counter[str] = Counter()
    revoked: list[str] = []
    for part in _parts(wanted, blocked_keys.AT_MOST):
        done = blocked_keys.block_part(digests=part, at=timezone.now(), actor=_actor())
        count.update(fresh=done.fresh, already=done.already)
        revoked += [f"{number:040x}" for number in done.revoked]
        print(f"{count.total()} of {len(wanted)}", file=sys.stderr, flush=True)
    facts = {"blocked": count["fresh"], "already": count["already"], "revoked": revoked}
    lines = [f"blocked {count['fresh']}, blocked before {count['already']}, revoked {len(revoked)}"]
    say(options, facts, [*lines, *(f"revoked {number}" for number in revoked)])
    return 0


def _read(file: Path) -> list[int]:
    """Each serial number once, in the order of the file. Raises OSError, ListUnreadable."""
    found: dict[int, None] = {}
    for place, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        said = line.partition("#")[0].strip()
        if said and not _number(said):
            raise ListUnreadable(f"line {place} is no serial number")
        if said:
            found[_number(said)] = None
    return list(found)


def _parts(whole: Sequence[One], size: int) -> Iterator[Sequence[One]]:
    return (whole[start : start + size] for start in range(0, len(whole), size))


def _actor() -> str:
    return f"console:{getpass.getuser()}"


def _spelled(text: str) -> str:
    return text.replace(":", "").strip().lower()


def _number(text: str) -> int:
    """0 for what is no number: no certificate has it."""
    try:
        return int(_spelled(text), 16)
    except ValueError:
        return 0
