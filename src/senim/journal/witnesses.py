"""Witnesses outside: which there are, and the C2SP protocol ``tlog-witness`` as a log speaks it.

A witness signs a checkpoint only if it is consistent with the one it signed before, and remembers that one
where nobody here can reach it. So a log cannot be cut back or rewritten without a witness noticing.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from senim.journal import note
from senim.settings import settings

ANSWER_AT_MOST_BYTES = 16 * 1024
TIMEOUT_SECONDS = 5.0


class WitnessSilent(Exception):
    """No answer, or none that means anything."""


class WitnessElsewhere(Exception):
    """409: the last checkpoint the witness signed has another size than was said."""

    def __init__(self, size: int) -> None:
        super().__init__(f"it has signed {size} records")
        self.size = size


class WitnessDenies(Exception):
    """The checkpoint does not follow from what the witness has signed: the roots or the proof disagree."""


@dataclass(frozen=True)
class Witness:
    """Whom we ask, and by which key we believe the answer. ``address`` is the submission prefix."""

    verifier: note.Verifier
    address: str

    @property
    def name(self) -> str:
        """With the key's id: a witness that got another key is another witness."""
        return f"{self.verifier.name}+{self.verifier.id.hex()}"


def configured() -> tuple[Witness, ...]:
    """Those of the settings; a sandbox instance without any asks the sandbox's. Raises WitnessSilent."""
    if settings.journal_witnesses:
        lines = Path(settings.journal_witnesses).read_text(encoding="utf-8").splitlines()
        return tuple(_read(line) for line in lines if line.strip() and not line.startswith("#"))
    return (_sandboxs(),) if settings.is_sandbox else ()


def _read(line: str) -> Witness:
    """A verifier key and an address. Raises ValueError."""
    key, address = line.split()
    return Witness(note.Verifier.read(key), address.rstrip("/"))


def _sandboxs() -> Witness:
    """Its key is believed as it is told: a laptop has no other way, and a real instance names its own."""
    address = f"http://127.0.0.1:{settings.sandbox_port}/witness"
    try:
        answer = httpx.get(f"{address}/verifier-key", timeout=TIMEOUT_SECONDS, trust_env=False)
        answer.raise_for_status()
        return Witness(note.Verifier.read(answer.text), address)
    except (httpx.HTTPError, note.NoteInvalid) as failed:
        raise WitnessSilent(_said(failed)) from failed


def add_checkpoint(witness: Witness, *, old: int, path: Sequence[bytes], signed: str) -> note.Cosignature:
    """The witness's verified line over this checkpoint. Raises WitnessElsewhere, -Denies and -Silent."""
    proof = "".join(f"{base64.b64encode(step).decode()}\n" for step in path)
    try:
        answer = httpx.post(
            f"{witness.address}/add-checkpoint",
            content=f"old {old}\n{proof}\n{signed}".encode(),
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )
    except httpx.HTTPError as failed:
        raise WitnessSilent(_said(failed)) from failed
    return _judged(answer, witness, old=old, signed=signed)


def _judged(answer: httpx.Response, witness: Witness, *, old: int, signed: str) -> note.Cosignature:
    if len(answer.content) > ANSWER_AT_MOST_BYTES:
        raise WitnessSilent("its answer is too long")
    if answer.status_code == httpx.codes.OK:
        try:
            return note.cosignature(signed + answer.text, witness.verifier)
        except note.NoteInvalid as invalid:
            raise WitnessSilent(str(invalid)) from invalid
    if answer.status_code == httpx.codes.CONFLICT:
        size = _size(answer)
        raise WitnessDenies if size in {None, old} else WitnessElsewhere(size or 0)
    if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
        raise WitnessDenies
    raise WitnessSilent(f"it answered {answer.status_code}")


def _size(answer: httpx.Response) -> int | None:
    text = answer.text.strip()
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 20 else None


def _said(failed: Exception) -> str:
    return f"{type(failed).__name__}: {failed}"[:200]
