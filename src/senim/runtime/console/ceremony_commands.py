"""``senim ca init`` and ``senim ca root-crl``: done before witnesses, with the root key on the table."""

import argparse
import getpass
import json
import sys
from pathlib import Path
from typing import Any

from cryptography import x509
from django.utils import timezone

from senim.accounts.counter import workers
from senim.accounts.systems import officials
from senim.certification import ceremony, issuers, own_keys
from senim.certification.ceremony import root_list
from senim.certification.publication import FilesAhead
from senim.operators.standing import appoint_from_ceremony
from senim.pki.crl import ListInvalid
from senim.pki.keys import UNUSABLE, UnsupportedKey, WrongPassphrase
from senim.runtime import token_making
from senim.runtime.isolation import secrets
from senim.settings import KeyPlace, MissingSecret, settings

PLAN = Path("ceremony") / "sandbox.toml"
REASONS = (
    ceremony.PlanWrong,
    ceremony.RootKeyNeeded,
    root_list.ListRefused,
    ListInvalid,
    FilesAhead,
    *UNUSABLE,
    UnsupportedKey,
    MissingSecret,
    OSError,
)


class NotHere(ValueError):
    """This instance may not, or cannot, do it; the message says why."""


def register(verbs: "argparse._SubParsersAction[Any]") -> None:
    init = verbs.add_parser("init", help="carry out the key ceremony, or what of it is missing")
    init.add_argument("--plan", type=Path, help="the reviewed file (default: ceremony/sandbox.toml)")
    init.add_argument(
        "--passphrase-to", type=Path, help="put the root key's new passphrase there instead of printing it"
    )
    init.set_defaults(run=run_init)
    listed = verbs.add_parser("root-crl", help="sign the root's next revocation list")
    listed.add_argument("--plan", type=Path, required=True, help="the reviewed file")
    listed.set_defaults(run=run_root_crl)
    renewed = verbs.add_parser(
        "renew", help="another term for a responder's certificate; another key for the issuing authority"
    )
    renewed.add_argument("label", choices=("ocsp", "tsa", "issuing"), help="whose")
    renewed.add_argument("--plan", type=Path, help="the reviewed file (default: ceremony/sandbox.toml)")
    renewed.set_defaults(run=run_renew)
    for verb in (init, listed, renewed):
        given = verb.add_mutually_exclusive_group()
        given.add_argument("--type-passphrase", action="store_true", help="ask for the root key's passphrase")
        given.add_argument("--passphrase-file", type=Path, help="read it from this file")
        verb.add_argument("--json", action="store_true", help="print JSON")


def run_init(options: argparse.Namespace) -> int:
    try:
        plan = plan_file(options.plan)
        read = ceremony.read(plan)
        _refuse_for_production(read)
        tokens = token_making.make_missing(settings)
        performed = ceremony.perform(read, at=timezone.now(), root_passphrase=_typed(options, twice=True))
        appoint_from_ceremony(plan, at=timezone.now())
        officials.appoint_from_ceremony(plan, at=timezone.now())
        workers.appoint_from_ceremony(plan, at=timezone.now())
        said = _handed_over(options.passphrase_to)
    except (*REASONS, NotHere) as reason:
        return _say_no(str(reason), options)
    made = (*(f"token {label}" for label in tokens), *performed.made)
    lines = [f"made: {each}" for each in made] or ["everything is there already"]
    lines += [f"the key {label}: {place}" for label, place in places().items()]
    lines += [f"{slug:12} {password}" for slug, password in performed.passwords.items()]
    lines += [f"key files: {settings.home / 'sandbox' / 'people'}"] if performed.passwords else []
    lines += [f"the root key's passphrase, kept nowhere on this machine: {said}"] if said else []
    facts = {"made": made, "passwords": performed.passwords, "keys": places()}
    _say(options, {**facts, "root_passphrase": said} if said else facts, lines)
    return 0


def places() -> dict[str, str]:
    """Where each key of the authority and its responders lives."""
    labels = ("root", *own_keys.HOLDERS, *issuers.labels(settings.home / "certificates"))
    return {label: own_keys.place_of(label, settings) for label in labels}


def plan_file(given: Path | None) -> Path:
    """The file given, the one in this folder, the one that was installed, or the one of this checkout."""
    if given is not None or PLAN.exists():
        return given or PLAN
    installed = Path(__file__).parents[1] / PLAN
    return installed if installed.exists() else Path(__file__).parents[4] / PLAN


def _refuse_for_production(plan: ceremony.Plan) -> None:
    if settings.is_sandbox:
        return
    if plan.sandbox:
        raise NotHere("this plan is a sandbox's; a production instance never gets its root or its people")
    if settings.keys is not KeyPlace.PKCS11 or not settings.pkcs11_module:
        raise NotHere(
            "a production ceremony makes the issuing key inside a PKCS#11 device: set SENIM_KEYS=pkcs11 and "
            "SENIM_PKCS11_MODULE (docs/production.md)"
        )
    if plan.holders:
        raise NotHere("this plan makes keys of other people: everybody but the authority makes their own")


def _handed_over(folder: Path | None) -> str | None:
    """The new passphrase of the root key to print; None where it went into a file, or there is none."""
    said = ceremony.hand_over()
    if said is None or folder is None:
        return said
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    secrets.write_private(folder / "root.passphrase", f"{said}\n")
    return None


def run_root_crl(options: argparse.Namespace) -> int:
    try:
        plan = root_list.read(options.plan)
        signed = root_list.sign(plan, passphrase=_typed(options, twice=False), at=timezone.now())
    except REASONS as reason:
        return _say_no(str(reason), options)
    facts = {
        "number": signed.number,
        "this_update": signed.this_update.isoformat(),
        "next_update": signed.next_update.isoformat(),
        "revoked": [f"{number:040x}" for number in signed.revoked],
    }
    said = f"signed: list {signed.number} of the root, {len(signed.revoked)} revoked"
    _say(options, facts, [f"{said}, next before {facts['next_update']}"])
    return 0


def run_renew(options: argparse.Namespace) -> int:
    try:
        plan = ceremony.read(plan_file(options.plan))
        der = _renewed(plan, options)
    except REASONS as reason:
        return _say_no(str(reason), options)
    made = x509.load_der_x509_certificate(der)
    until = made.not_valid_after_utc.isoformat()
    facts = {"serial_number": f"{made.serial_number:040x}", "not_after": until}
    _say(options, facts, [f"renewed: {options.label} {facts['serial_number']}, until {until}"])
    return 0


def _renewed(plan: ceremony.Plan, options: argparse.Namespace) -> bytes:
    """The root signs a new key of the issuing authority; that authority a new term of a responder."""
    if options.label != issuers.FIRST:
        return ceremony.renew(plan, options.label, at=timezone.now())
    passphrase = _typed(options, twice=False)
    return ceremony.succeed(plan, root_passphrase=passphrase, at=timezone.now())


def _typed(options: argparse.Namespace, *, twice: bool) -> str | None:
    """The passphrase as somebody gave it; None where nobody was asked to."""
    if options.passphrase_file:
        return str(options.passphrase_file.read_text(encoding="utf-8")).strip()
    if not options.type_passphrase:
        return None
    typed = getpass.getpass("The root key's passphrase: ")
    if twice and getpass.getpass("The same once more: ") != typed:
        raise WrongPassphrase("the two differ")
    return typed


def _say(options: argparse.Namespace, facts: object, lines: list[str]) -> None:
    print(json.dumps(facts, ensure_ascii=False, indent=2) if options.json else "\n".join(lines))


def _say_no(reason: str, options: argparse.Namespace) -> int:
    if options.json:
        print(json.dumps({"refused": reason}, ensure_ascii=False, indent=2))
    else:
        print(f"senim: {reason}", file=sys.stderr)
    return 1
