"""Status answers (RFC 6960, 5019, 9654): signed live, and kept where there is no nonce.

A kept answer outlives the generation it was signed from while newer ones say the same of its certificate.
What is asked for often is signed again before its time is over, beside the requests.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from senim.certification.status_files import Generation, Manifest, Shown, authority_of, status_in
from senim.pki.ocsp import (
    MALFORMED_REQUEST,
    TRY_LATER,
    UNAUTHORIZED,
    Answer,
    CertId,
    MalformedRequest,
    StatusRequest,
    issuer_hashes,
    read_request,
)
from senim.responders.caching import Reply, reply_until
from senim.responders.delegates import Delegate
from senim.responders.watermark import Lag

KEPT_AT_MOST = 20_000
KEPT_REQUEST_AT_MOST_BYTES = 256
"""Together with one question a request, a bound on memory: strangers choose what is asked."""
KEPT_SECONDS = 3600.0
AHEAD_SECONDS = 300.0
AHEAD_AT_ONCE = 50
"""About ten milliseconds of signing, in which nobody is answered."""


class NotReadYet(Exception):
    """A certificate is unknown to the generation that was read, and a newer one lies there: who was handed
    a fresh certificate a moment ago must not hear that it was never issued."""


@dataclass
class Kept:
    """An answer and the record of the certificate it was made of; ``generation`` is the last one looked at,
    ``until`` seconds since the epoch."""

    reply: Reply
    serial_number: int
    record: bytes
    generation: int
    until: float
    asked_again: bool = False


@dataclass
class StatusAnswers:
    """Answers from the generation that is shown, by the delegate of the issuing authority asked about."""

    shown: Shown
    delegates: Iterable[Delegate]
    lag: Lag = field(default_factory=Lag)
    _kept: dict[bytes, Kept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.take_up(self.delegates)

    def take_up(self, delegates: Iterable[Delegate]) -> None:
        """From now on these answer, and nothing that those before them signed is given any more."""
        self._kept = {}
        self._by_hashes = {
            (name, *hashes): each
            for each in delegates
            for name, hashes in issuer_hashes(each.issuing).items()
        }

    def kept(self, request: bytes, now: float) -> Reply | None:
        """The answer given before to the same bytes, while it holds."""
        generation, kept = self.shown.generation, self._kept.get(request)
        if kept is None or generation is None or self.lag.too_long:
            return None
        if not generation.begins <= now < kept.until:
            return None
        if kept.generation != generation.number:
            if generation.statuses.record(kept.serial_number) != kept.record:
                return None
            kept.generation = generation.number
        kept.asked_again = True
        return kept.reply

    def hold(self, at: datetime) -> bool:
        """May the generation that is shown be quoted? Not past nextUpdate, not behind the database."""
        generation = self.shown.generation
        return generation is not None and generation.is_fresh(at) and not self.lag.too_long

    def answer(self, request: bytes, *, at: datetime, looked: bool = False) -> Reply:
        """Never ``good`` from a stale generation, and ``unknown`` for what was never issued.

        Raises NotReadYet unless the files were ``looked`` at for this very request.
        """
        try:
            asked = read_request(request)
        except MalformedRequest:
            return Reply(MALFORMED_REQUEST)
        generation = self.shown.generation
        if generation is None or not self.hold(at):
            return Reply(TRY_LATER)
        named = {self._by_hashes.get(_hashes_of(cert_id)) for cert_id in asked.cert_ids}
        delegate = named.pop() if len(named) == 1 else None
        if delegate is None:  # nobody of ours, or two authorities in one question: no one may answer for both
            return Reply(UNAUTHORIZED)
        records = [_record_of(cert_id, generation, delegate) for cert_id in asked.cert_ids]
        if not (looked or all(records)) and self.shown.is_behind:
            raise NotReadYet
        return self._signed(request, asked, records, generation, delegate, at=at)

    def sign_ahead(self, *, at: datetime) -> None:
        """Sign anew what was asked for more than once and ends soon."""
        if self.hold(at):
            soon = at.timestamp() + AHEAD_SECONDS
            ending = [asked for asked, kept in self._kept.items() if kept.asked_again and kept.until < soon]
            for request in ending[:AHEAD_AT_ONCE]:
                self.answer(request, at=at, looked=True)

    def _signed(
        self,
        request: bytes,
        asked: StatusRequest,
        records: list[bytes],
        generation: Generation,
        delegate: Delegate,
        *,
        at: datetime,
    ) -> Reply:
        manifest = generation.manifest
        answers = [_answer(*one, manifest) for one in zip(asked.cert_ids, records, strict=True)]
        der = delegate.responder.respond(answers, nonce=asked.nonce, at=at)
        if asked.nonce or len(records) > 1 or not records[0]:
            return Reply(der)
        reply = reply_until(der, this_update=manifest.this_update, next_update=manifest.next_update)
        until = min(reply.next_update, at.timestamp() + KEPT_SECONDS)
        self._keep(
            request, Kept(reply, answers[0].cert_id.serial_number, records[0], generation.number, until)
        )
        return reply

    def _keep(self, request: bytes, kept: Kept) -> None:
        """The oldest makes room."""
        if len(request) > KEPT_REQUEST_AT_MOST_BYTES:
            return
        all_kept = self._kept  # another thread may begin anew (``take_up``)
        all_kept.pop(request, None)
        if len(all_kept) >= KEPT_AT_MOST:
            del all_kept[next(iter(all_kept))]
        all_kept[request] = kept


def _record_of(cert_id: CertId, generation: Generation, delegate: Delegate) -> bytes:
    """Empty for what is unknown, or another authority's to answer for."""
    found = generation.statuses.record(cert_id.serial_number)
    return found if authority_of(found) == delegate.number else b""


def _hashes_of(cert_id: CertId) -> tuple[str, bytes, bytes]:
    return cert_id.hash_name, cert_id.issuer_name_hash, cert_id.issuer_key_hash


def _answer(cert_id: CertId, record: bytes, manifest: Manifest) -> Answer:
    found = status_in(record)
    return Answer(
        cert_id, found.status, manifest.this_update, manifest.next_update, found.revoked_at, found.reason
    )


def from_path(text: str) -> bytes:
    """The request in a GET (RFC 6960 appendix A), forgiving lost padding and doubled slashes in front.

    Raises ValueError.
    """
    encoded = unquote(text).lstrip("/").replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
