"""``senim journal check``: is this proof file good? Without database, settings or network."""

import argparse
import json
from collections.abc import Sequence
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
        print(f"no key: {wrong}")
        return 2
    try:
        proved = check(options.file.read_text(encoding="utf-8"), key=key, witnesses=witnesses)
    except (NotAProof, OSError, UnicodeDecodeError) as wrong:
        print(json.dumps({"ok": False, "problem": str(wrong)}) if options.json else f"NO PROOF: {wrong}")
        return 1
    print(json.dumps({"ok": True, **_facts(proved)}) if options.json else _words(proved))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="senim journal check", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--key", required=True, help="the log's public key: a PEM file or a C2SP verifier key"
    )
    parser.add_argument("--witness", action="append", default=[], help="a witness's C2SP verifier key")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _key(said: str) -> Ed25519PublicKey:
    """Raises ValueError, OSError, NoteInvalid."""
    if "+" in said:
        return Verifier.read(said).key
    key = load_pem_public_key(Path(said).read_bytes())
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
