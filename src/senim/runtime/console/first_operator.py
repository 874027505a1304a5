"""``senim ca first-operator``: somebody has to sign the first order for an operator's certificates.

Done before witnesses, as the ceremony is. Once somebody of the responsible staff is in office it does nothing
more: everybody else comes by a letter.
"""

import argparse
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from senim.certification.ceremony.carriers import certify_for_carrier
from senim.certification.facts import SubjectFacts
from senim.countries.kz import names
from senim.errors import Refused
from senim.operators.packets import request_in
from senim.operators.standing import appoint, is_anybody_responsible
from senim.pki.keys import UNUSABLE, UnsupportedKey
from senim.runtime.console.certificate_facts import say, say_no
from senim.settings import MissingSecret

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
        profile: request_in((file.parent / said[f"{purpose}_request"]).read_bytes()).public_key
        for purpose, profile in PROFILES.items()
    }
    named = {name: said.get(name, "") for name in ("surname", "given_name", "patronymic")}
    facts = SubjectFacts(iin=said["iin"], email=said["email"], **named)
    files = certify_for_carrier(keys, facts=facts, label="first-operator", at=at)
    appoint(
        iin=facts.iin,
        name=names.in_full(facts),
        office=said["office"],
        email=facts.email,
        responsible=True,
        at=at,
    )
    return list(map(str, files))
