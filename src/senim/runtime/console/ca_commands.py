"""``senim ca``: the authority's own certificates, and its ceremonies."""

import argparse
from typing import Any

from senim.certification import certificates, issuers
from senim.runtime.console import ceremony_commands, first_operator, state_body
from senim.runtime.console.certificate_facts import described, say, say_no
from senim.settings import settings


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("ca", help="the certification authority: ceremony, its certificates")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    ceremony_commands.register(verbs)
    first_operator.register(verbs)
    state_body.register(verbs)
    show = verbs.add_parser("show", help="the authority's own certificates, and where their keys live")
    show.set_defaults(run=run_show)
    show.add_argument("--json", action="store_true", help="print JSON")


def run_show(options: argparse.Namespace) -> int:
    folder = settings.home / "certificates"
    issuing = issuers.labels(folder)
    own = ("root", *issuing, *map(issuers.delegate_of, issuing), "tsa")
    places = ceremony_commands.places()
    facts = {
        label: {**described(certificates.certificate_file(label)), "key": places[_key_of(label)]}
        for label in own
        if (folder / f"{label}.cer").exists()
    }
    if not facts:
        return say_no("there is no authority yet; `senim ca init` makes one", options)
    lines = [
        f"{label:8} {said['serial_number']} {said['not_after']} {said['subject']} ({said['key']})"
        for label, said in facts.items()
    ]
    say(options, facts, lines)
    return 0


def _key_of(label: str) -> str:
    """The status responder has one key for all its certificates."""
    return issuers.DELEGATE if label.startswith(issuers.DELEGATE) else label
