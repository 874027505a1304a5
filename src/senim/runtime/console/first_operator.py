"""``senim ca first-operator``: somebody has to sign the first order for an operator's certificates.

Done before witnesses, as the ceremony is. Once somebody of the responsible staff is in office it does nothing
more: everybody else comes by a letter.
"""

import argparse
import secrets
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from senim.certification import at_work
from senim.certification.ceremony.certify import Log, certificate_path, certify
from senim.certification.facts import SubjectFacts
from senim.certification.issuance import Authority
from senim.errors import Refused
from senim.operators.packets import request_in
from senim.operators.standing import appoint, full_name, is_anybody_responsible
from senim.pki.keys import UNUSABLE, PublicKey, UnsupportedKey
from senim.runtime.console.certificate_facts import say, say_no
from senim.settings import MissingSecret, settings

PROFILES = {"sign": "operator_sign", "auth": "operator_auth"}


def register(verbs: "argparse._SubParsersAction[Any]") -> None:
    parser = verbs.add_parser("first-operator", help="certify and appoint the first of the responsible staff")
    parser.add_argument("file", type=Path, help="TOML: iin, names, email, office, sign_request, auth_request")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if is_anybody_responsible():
        return say_no("somebody decides about operators already: new ones come by a letter", options)
    try:
        files = _appointed(options.file, at=timezone.now())
    except Refused as refusal:
        return say_no(refusal.reason.in_language("en"), options, clause=refusal.clause)
    except (*UNUSABLE, UnsupportedKey, MissingSecret, OSError, ValueError, KeyError) as wrong:
        return say_no(str(wrong), options)
    say(options, {"certificates": files}, [f"to install on the carrier: {file}" for file in files])
    return 0


def _appointed(file: Path, *, at: datetime) -> list[str]:
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    keys = {
        purpose: request_in((file.parent / said[f"{purpose}_request"]).read_bytes()).public_key
        for purpose in PROFILES
    }
    names = {name: said.get(name, "") for name in ("surname", "given_name", "patronymic")}
    facts = SubjectFacts(iin=said["iin"], email=said["email"], **names)
    authority = at_work.opened(settings, passphrase=settings.secret("passphrase-authority"))
    files = [_certified(authority, facts, purpose, key, at=at) for purpose, key in keys.items()]
    appoint(
        iin=facts.iin,
        name=full_name(names.values()),
        office=said["office"],
        email=facts.email,
        responsible=True,
        at=at,
    )
    return files


def _certified(
    authority: Authority, facts: SubjectFacts, purpose: str, key: PublicKey, *, at: datetime
) -> str:
    """A label that names nobody: files of certificates may be read by all processes."""
    label = f"first-operator-{purpose}-{secrets.token_hex(4)}"
    profile_name = PROFILES[purpose]
    certify(authority, label=label, profile_name=profile_name, facts=facts, public_key=key, at=at, log=Log())
    return str(certificate_path(label))
