"""``POST /witness/add-checkpoint`` as ``tlog-witness`` has it, and the key to check its answers with.

Checking and remembering happen under a lock, so that no two requests overtake each other; and beside the
loop, because the disk may take its time and the rest of the world must not wait for it.
"""

import asyncio
import os
import time
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from senim_sandbox.faults import Faults, Mode
from senim_sandbox.witness import notes, trees
from senim_sandbox.witness.memory import Memory

NAME = "sandbox.senim/witness"
SERVICE = "witness"
SPOILT = frozenset({Mode.TAMPERED, Mode.FOREIGN, Mode.STALE})


class Witness:
    """One witness of one log: the journal of the instance this sandbox belongs to."""

    def __init__(self, home: Path, faults: Faults) -> None:
        self._home, self._faults = home, faults
        self._memory, self._one_at_a_time = Memory(home / "sandbox" / "witness"), asyncio.Lock()

    def routes(self) -> list[Route]:
        return [
            Route("/witness/add-checkpoint", self.add_checkpoint, methods=["POST"]),
            Route("/witness/verifier-key", self.verifier_key),
        ]

    async def verifier_key(self, _: Request) -> Response:
        return PlainTextResponse(notes.verifier_key(NAME, self._memory.key().public_key()) + "\n")

    async def add_checkpoint(self, request: Request) -> Response:
        body = await request.body()
        mode = await self._faults.endure(SERVICE)
        if mode is Mode.DOWN:
            return Response(status_code=503, headers={"Retry-After": "10"})
        if mode is Mode.GARBAGE:
            return Response("<html>502 Bad Gateway</html>", media_type="text/html")
        try:
            submission = notes.read(body)
            async with self._one_at_a_time:
                return await asyncio.to_thread(self._answer, submission, mode)
        except notes.Malformed:
            return _refusal(400, "this is no checkpoint with its proof")

    def _answer(self, submission: notes.Submission, mode: Mode) -> Response:
        key = self._key_of(submission.origin)
        if key is None:
            return _refusal(404, "this log is not known here")
        if not notes.is_signed(submission, key):
            return _refusal(403, "the log did not sign this checkpoint")
        if submission.old > submission.size:
            return _refusal(400, "a tree does not shrink")
        size, root = (0, trees.EMPTY) if mode is Mode.STALE else self._memory.last(submission.origin)
        if submission.old != size or (submission.size == size and submission.root != root):
            return PlainTextResponse(f"{size}\n", 409, media_type="text/x.tlog.size")
        try:
            trees.check(size, root, submission.size, submission.root, submission.proof)
        except trees.NotConsistent:
            return _refusal(422, "the proof does not hold")
        return self._signed(submission, mode)

    def _signed(self, submission: notes.Submission, mode: Mode) -> Response:
        """A fault spoils the signature, never the memory."""
        if mode not in SPOILT:
            self._memory.remember(submission.origin, submission.size, submission.root)
        signed = replace(submission, body=f"{submission.body}\n") if mode is Mode.TAMPERED else submission
        key = Ed25519PrivateKey.generate() if mode is Mode.FOREIGN else self._memory.key()
        return PlainTextResponse(notes.cosign(signed, name=NAME, key=key, time=int(time.time())))

    def _key_of(self, origin: str) -> Ed25519PublicKey | None:
        """The log's public key is public: it lies beside the certificates."""
        file = self._home / "certificates" / "journal.pub"
        if origin != _known_origin() or not file.exists():
            return None
        key = load_pem_public_key(file.read_bytes())
        return key if isinstance(key, Ed25519PublicKey) else None


def _known_origin() -> str:
    """The one log it watches: named as such, or after the portal's host."""
    named = os.environ.get("SENIM_JOURNAL_ORIGIN")
    return named or f"{os.environ.get('SENIM_PORTAL_HOST', 'localhost')}/senim/journal"


def _refusal(status: int, title: str) -> Response:
    return PlainTextResponse(f"{title}\n", status_code=status)
