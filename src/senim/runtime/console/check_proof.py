"""``senim journal check``: is this proof file good? Without database, settings or network."""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from senim.journal.note import NoteInvalid, Verifier
from senim.journal.proof_files import NotAProof, Proved, check


def main(arguments: Sequence[str]) -> int:
    """Exit code 0: the proof holds; 1: it does not; 2: a key cannot be read."""
    options = _parser().parse_args(arguments)
    try:
        key, witnesses = _key(options.key), [Verifier.read(text) for text in options.witness]
    except (NoteInvalid, OSError, ValueError) as wrong:
        return _no(f"no key: {wrong}", options, code=2)
    try:
        proved = check(options.file.read_text(encoding="utf-8"), key=key, witnesses=witnesses)
    except (NotAProof, OSError, UnicodeDecodeError) as wrong:
        return _no(f"no proof: {wrong}", options, code=1)
    print(json.dumps({"ok": True, **_facts(proved)}) if options.json else _words(proved))
    return 0


def _no(problem: str, options: argparse.Namespace, *, code: int) -> int:
    if options.json:
        print(json.dumps({"ok": False, "problem": problem}))
    else:
        print(f"senim: {problem}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="senim journal check", description=__doc__)
    parser.add_argument("file", type=Path, help="as the portal or senim journal prove gave it")
    parser.add_argument(
        "--key", required=True, help="the log's public key: C2SP verifier key, a file with one, or a PEM file"
    )
    parser.add_argument(
        "--witness", action="append", default=[], help="a witness's C2SP verifier key; may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _key(said: str) -> Ed25519PublicKey:
    """As given, or in the file of this name. Raises ValueError, OSError, NoteInvalid."""
    with suppress(NoteInvalid):
        return Verifier.read(said).key
    text = Path(said).read_text(encoding="utf-8")
    if "BEGIN" not in text:
        return Verifier.read(text.strip()).key
    key = load_pem_public_key(text.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("the log's key is an Ed25519 key")  # noqa: TRY004 - what was given is wrong, not its type
    return key


def _facts(proved: Proved) -> dict[str, object]:
    return {
        "number": proved.number,
        "of": proved.head.size,
        "log": proved.head.origin,
        "record": proved.record,
        "witnesses": [asdict(one) for one in proved.witnesses],
    }


def _words(proved: Proved) -> str:
    record = proved.record
    said = [
        f"no. {proved.number} of {proved.head.size} records of {proved.head.origin}",
        f"{record.get('at')}: {record.get('actor')} did {record.get('verb')} to {record.get('subject')}",
        *(
            f"witnessed by {one.name} at {datetime.fromtimestamp(one.time, UTC).isoformat()}"
            for one in proved.witnesses
        ),
    ]
    return "\n".join(said)
