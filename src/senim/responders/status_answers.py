"""Status answers (RFC 6960, 5019, 9654): signed live, kept for a generation where there is no nonce."""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from senim.certification.status_files import Generation, Shown
from senim.pki.ocsp import (
    MALFORMED_REQUEST,
    TRY_LATER,
    UNAUTHORIZED,
    Answer,
    CertId,
    CertStatus,
    MalformedRequest,
    Responder,
    StatusRequest,
    issuer_hashes,
    read_request,
)
from senim.responders.watermark import Lag

KEPT_AT_MOST = 20_000
KEPT_REQUEST_AT_MOST_BYTES = 256
"""Together with one question a request, a bound on memory: strangers choose what is asked."""
MAX_AGE_SECONDS = 60
"""A cache that obeys may give an answer without nonce again for this long."""


@dataclass(frozen=True)
class Reply:
    """An OCSPResponse. ``kept`` until: seconds since the epoch, 0 for answers that no cache may keep."""

    der: bytes
    kept_until: float = 0.0


@dataclass
class StatusAnswers:
    """Answers from the generation that is shown, by the issuing authority's delegate."""

    shown: Shown
    responder: Responder
    issuing: bytes
    lag: Lag = field(default_factory=Lag)
    _kept: dict[bytes, Reply] = field(default_factory=dict)
    _kept_of: int = 0

    def __post_init__(self) -> None:
        self._hashes = issuer_hashes(self.issuing)

    def kept(self, request: bytes, now: float) -> Reply | None:
        """The answer given before to the same bytes, while it holds."""
        generation = self.shown.generation
        if generation is None or generation.number != self._kept_of or self.lag.too_long:
            return None
        reply = self._kept.get(request)
        return reply if reply is not None and now < reply.kept_until else None

    def hold(self, at: datetime) -> bool:
        """May the generation that is shown be quoted? Not past nextUpdate, not behind the database."""
        generation = self.shown.generation
        return generation is not None and generation.is_fresh(at) and not self.lag.too_long

    def answer(self, request: bytes, *, at: datetime) -> Reply:
        """Never ``good`` from a stale generation, and ``unknown`` for what was never issued."""
        try:
            asked = read_request(request)
        except MalformedRequest:
            return Reply(MALFORMED_REQUEST)
        generation = self.shown.generation
        if generation is None or not self.hold(at):
            return Reply(TRY_LATER)
        if not all(self._is_ours(cert_id) for cert_id in asked.cert_ids):
            return Reply(UNAUTHORIZED)
        reply = self._signed(asked, generation, at=at)
        self._keep(request, reply, generation)
        return reply

    def _is_ours(self, cert_id: CertId) -> bool:
        return self._hashes.get(cert_id.hash_name) == (cert_id.issuer_name_hash, cert_id.issuer_key_hash)

    def _signed(self, asked: StatusRequest, generation: Generation, *, at: datetime) -> Reply:
        answers = [_answer(cert_id, generation) for cert_id in asked.cert_ids]
        der = self.responder.respond(answers, nonce=asked.nonce, at=at)
        one_known = len(answers) == 1 and answers[0].status is not CertStatus.UNKNOWN
        may_be_kept = one_known and not asked.nonce
        return Reply(der, generation.manifest.next_update.timestamp() if may_be_kept else 0.0)

    def _keep(self, request: bytes, reply: Reply, generation: Generation) -> None:
        if generation.number != self._kept_of or len(self._kept) >= KEPT_AT_MOST:
            self._kept, self._kept_of = {}, generation.number
        if reply.kept_until and len(request) <= KEPT_REQUEST_AT_MOST_BYTES:
            self._kept[request] = reply


def _answer(cert_id: CertId, generation: Generation) -> Answer:
    found, manifest = generation.statuses.status_of(cert_id.serial_number), generation.manifest
    return Answer(
        cert_id, found.status, manifest.this_update, manifest.next_update, found.revoked_at, found.reason
    )


def from_path(text: str) -> bytes:
    """The request in a GET (RFC 6960 appendix A), forgiving lost padding and doubled slashes in front.

    Raises ValueError.
    """
    encoded = unquote(text).strip("/").replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
