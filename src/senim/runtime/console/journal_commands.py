"""``senim journal``: verify it, prove a record, forget a person, adopt rows, show the newest checkpoint.

``senim journal check`` needs no database; it is in ``check_proof``.
"""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from senim.errors import NotFound
from senim.journal.adoption import adopt
from senim.journal.forgetting import forget
from senim.journal.places import newest_checkpoint, prove, verifier_key
from senim.journal.verification import Verification, verify
from senim.runtime.console.certificate_facts import say_no

ACTOR = "command"
NO_RECORD = "there is no such record, or it waits for its place in the tree, a second or two"


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    journal = commands.add_parser("journal", help="check the journal, prove what it holds")
    verbs = journal.add_subparsers(required=True, metavar="verb")
    check = _verb(
        verbs, "verify", run_verify, "find what was changed, removed, added, cut off or rolled back"
    )
    check.add_argument("--offline", action="store_true", help="ask no witness")
    check.add_argument(
        "--against", action="append", default=[], type=Path, metavar="FILE", help="a checkpoint you kept"
    )
    proof = _verb(verbs, "prove", run_prove, "write a proof that a record is in the journal")
    proof.add_argument("record", type=UUID, help="its id, a UUID")
    proof.add_argument("--to", type=Path, help="the file to write; printed otherwise")
    erase = _verb(verbs, "forget", run_forget, "delete what a record says of a person")
    erase.add_argument("record", type=UUID, help="its id, a UUID")
    vouch = _verb(verbs, "adopt", run_adopt, "vouch for rows that no record accounts for")
    vouch.add_argument("--reason", required=True, help="why; it goes into the journal")
    _verb(verbs, "checkpoint", run_checkpoint, "print the newest signed checkpoint, to keep elsewhere")
    _verb(verbs, "key", run_key, "print the key that checkpoints and proofs are checked with")
    verbs.add_parser("check", help="check a proof file; needs no database")


def _verb(verbs: Any, name: str, run: Any, said: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=said)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def run_verify(options: argparse.Namespace) -> int:
    try:
        kept = [file.read_text(encoding="utf-8") for file in options.against]
    except (OSError, UnicodeDecodeError) as wrong:
        return say_no(f"the checkpoint you kept cannot be read: {wrong}", options)
    verdict = verify(at=datetime.now(UTC), ask_witnesses=not options.offline, against=kept)
    print(_as_json(verdict) if options.json else _as_text(verdict))
    return 0 if verdict.ok else 1


def run_prove(options: argparse.Namespace) -> int:
    try:
        text = prove(options.record)
    except NotFound:
        return say_no(NO_RECORD, options)
    if options.to:
        options.to.write_text(text, encoding="utf-8")
    _say(options, {"record": options.record, "proof": text}, str(options.to) if options.to else text)
    return 0


def run_forget(options: argparse.Namespace) -> int:
    try:
        done = forget(record_id=options.record, actor=ACTOR, at=datetime.now(UTC))
    except NotFound:
        return say_no(NO_RECORD, options)
    said = "its personal facts are deleted" if done.personal else "it held no personal facts"
    _say(options, asdict(done), f"record {done.record_id}: {said}; {done.salts} outdated salts are deleted")
    return 0


def run_adopt(options: argparse.Namespace) -> int:
    done = adopt(reason=options.reason, actor=ACTOR, at=datetime.now(UTC))
    said = "\n".join(f"{table}: {count} rows" for table, count in done.rows.items())
    _say(options, asdict(done), said or "every row is accounted for")
    return 0


def run_checkpoint(options: argparse.Namespace) -> int:
    try:
        text = newest_checkpoint()
    except NotFound:
        return say_no("nothing is signed yet: is the process sequencer running?", options)
    _say(options, {"checkpoint": text}, text)
    return 0


def run_key(options: argparse.Namespace) -> int:
    _say(options, {"key": verifier_key()}, verifier_key())
    return 0


def _say(options: argparse.Namespace, facts: dict[str, Any], words: str) -> None:
    print(json.dumps(facts, default=str) if options.json else words.removesuffix("\n"))


def _as_json(verdict: Verification) -> str:
    facts = {name: value for name, value in asdict(verdict).items() if name not in {"roots", "walked"}}
    return json.dumps({"ok": verdict.ok, **facts}, default=str, indent=2)


def _as_text(verdict: Verification) -> str:
    findings = [f"{finding.kind}: {finding.where}: {finding.fact}" for finding in verdict.findings]
    if verdict.more_findings:
        findings.append(f"and {verdict.more_findings} more")
    whole = "the journal is whole, as far as it can be seen" if verdict.ok else "TAMPERED WITH"
    return "\n".join([*findings, *_horizon(verdict), whole])


def _horizon(verdict: Verification) -> list[str]:
    said = [
        f"{verdict.covered} records vouched for, signed {verdict.signed_at or 'never'}",
        f"{verdict.waiting} younger than the newest checkpoint: nothing proves them yet",
        f"{verdict.rows} rows of record stand as recorded, {verdict.adopted} of them on an operator's word",
        f"{verdict.forgotten} records had personal facts that were deleted",
        f"time-stamped up to {verdict.stamped} records, {verdict.stamped_at or 'never'}",
    ]
    for saw in verdict.witnesses:
        silent = f"; today it is silent: {saw.problem}" if saw.problem else ""
        said.append(f"witness {saw.name} saw {saw.size} records, {saw.signed_at or 'never'}{silent}")
    if not verdict.witnesses:
        said.append("no witness was asked: a database rolled back together with its files is not noticed")
    return said
