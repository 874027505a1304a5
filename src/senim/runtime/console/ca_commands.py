"""``senim ca``: the authority's own certificates, and its ceremonies."""

import argparse
from typing import Any

from senim.certification import certificates
from senim.runtime.console import ceremony_commands
from senim.runtime.console.certificate_facts import described, say, say_no
from senim.settings import settings


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("ca", help="the certification authority: ceremony, its certificates")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    ceremony_commands.register(verbs)
    show = verbs.add_parser("show", help="the authority's own certificates, and where their keys live")
    show.set_defaults(run=run_show)
    show.add_argument("--json", action="store_true", help="print JSON")


def run_show(options: argparse.Namespace) -> int:
    folder = settings.home / "certificates"
    own = [label for label in ("root", "issuing", "ocsp", "tsa") if (folder / f"{label}.cer").exists()]
    places = ceremony_commands.places()
    facts = {
        label: {**described(certificates.certificate_file(label)), "key": places[label]} for label in own
    }
    if not facts:
        return say_no("there is no authority yet; `senim ca init` makes one", options)
    lines = [
        f"{label:8} {said['serial_number']} {said['not_after']} {said['subject']} ({said['key']})"
        for label, said in facts.items()
    ]
    say(options, facts, lines)
    return 0
