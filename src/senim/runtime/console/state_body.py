"""``senim ca state-body``: certifies the key of a body that owns data, so that its answers are believed.

No order for such a certificate exists: the body hands over a request by its agreement, before witnesses as at
the ceremony, and keeps the key.
"""

import argparse
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from senim.certification.ceremony.carriers import certify_for_carrier
from senim.certification.facts import SubjectFacts
from senim.errors import Refused
from senim.identifiers import Kind, parse
from senim.operators.packets import request_in
from senim.pki.keys import UNUSABLE, UnsupportedKey
from senim.registries.signed import OWNER_PROFILE
from senim.runtime.console.certificate_facts import say, say_no
from senim.settings import MissingSecret


def register(verbs: "argparse._SubParsersAction[Any]") -> None:
    parser = verbs.add_parser(
        "state-body", help="certify the key of a body that signs its registry's answers"
    )
    parser.add_argument("file", type=Path, help="TOML: bin, organisation, request")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    try:
        made = _certified(options.file, at=timezone.now())
    except Refused as refusal:
        return say_no(refusal.reason.in_language("en"), options, clause=refusal.clause)
    except KeyError as missing:
        return say_no(f"{options.file} does not say {missing}", options)
    except (*UNUSABLE, UnsupportedKey, MissingSecret, OSError, ValueError) as wrong:
        return say_no(str(wrong), options)
    say(options, {"certificate": str(made)}, [f"to hand to the body: {made}"])
    return 0


def _certified(file: Path, *, at: datetime) -> Path:
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    body = parse(said["bin"])
    if body.kind is not Kind.LEGAL_ENTITY:
        raise ValueError(f"{body} is a person's number: a state body has a BIN")
    key = request_in((file.parent / said["request"]).read_bytes()).public_key
    facts = SubjectFacts(bin=body.number, organisation=said["organisation"])
    [made] = certify_for_carrier({OWNER_PROFILE: key}, facts=facts, label="state", at=at)
    return made
