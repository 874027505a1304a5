"""Time-stamps (RFC 3161) over checkpoints: an authority's word that the tree was so by then.

The note of the newest checkpoint is stamped once an hour, by our own authority or by a foreign one. A stamp
is believed if its signature holds, its signer's certificate leads to an anchor and is for time-stamping.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from senim.journal.models import Checkpoint, TimeStamp
from senim.pki import cms, paths, signatures, timestamps
from senim.settings import settings

TIMEOUT_SECONDS = 10.0
NONCE_BITS = 64
HASH = "sha256"
MEDIA_TYPE = "application/timestamp-query"


class StampInvalid(ValueError):
    """No time-stamp over this checkpoint that we believe."""


class StampingFailed(Exception):
    """The authority is away, refuses, or answers with what is no valid time-stamp."""


def due(*, at: datetime) -> Checkpoint | None:
    """The newest checkpoint, if it is not stamped and the last stamp is old enough."""
    head, last = Checkpoint.objects.order_by("-size").first(), newest()
    if head is None or (last and last.size == head.size):
        return None
    return head if last is None or at - last.gen_time_at >= settings.journal_stamped_every else None


def newest() -> TimeStamp | None:
    return TimeStamp.objects.order_by("-size").first()


def stamp(head: Checkpoint) -> TimeStamp:
    """Have this checkpoint stamped and keep the token. Raises StampingFailed; nothing is kept then."""
    nonce, data = secrets.randbits(NONCE_BITS), head.note.encode()
    request = timestamps.TimeStampRequest(
        HASH, signatures.digest(data, HASH), nonce=nonce, certificate_wanted=True
    )
    try:
        token = timestamps.token_of(_asked(timestamps.build_request(request)))
        said = verify(token, note=head.note)
    except (httpx.HTTPError, ValueError) as failed:
        raise StampingFailed(f"{type(failed).__name__}: {failed}") from failed
    if said.nonce != nonce:
        raise StampingFailed("the answer is to another request")
    kept, _ = TimeStamp.objects.get_or_create(
        size=head.size, defaults={"token": token, "gen_time_at": said.gen_time}
    )
    return kept


def _asked(request: bytes) -> bytes:
    answer = httpx.post(
        settings.journal_tsa_url or f"{settings.responders_origin}/tsa",
        content=request,
        headers={"content-type": MEDIA_TYPE},
        timeout=TIMEOUT_SECONDS,
        trust_env=False,
    )
    answer.raise_for_status()
    return answer.content


def verify(token: bytes, *, note: str) -> timestamps.TimeStamp:
    """What the token says of this checkpoint. Raises StampInvalid."""
    try:
        stamp = timestamps.verify(token, data=note.encode())
        carried = cms.read(token).certificates
        paths.build(
            stamp.certificate,
            intermediates=[*carried, *_intermediates()],
            anchors=_anchors(),
            at=stamp.gen_time,
        )
    except (cms.CmsInvalid, paths.PathInvalid, OSError) as invalid:
        raise StampInvalid(f"{type(invalid).__name__}: {invalid}") from invalid
    _check_purpose(stamp.certificate)
    return stamp


def _check_purpose(certificate: bytes) -> None:
    """RFC 3161 §2.3: time-stamping and nothing else."""
    try:
        extensions = x509.load_der_x509_certificate(certificate).extensions
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound as missing:
        raise StampInvalid("the signer's certificate names no purpose") from missing
    if not purposes.critical or set(purposes.value) != {ExtendedKeyUsageOID.TIME_STAMPING}:
        raise StampInvalid("the signer's certificate is not for time-stamping alone")


def _intermediates() -> Iterable[bytes]:
    """Every issuing authority of ours: one before the present one may have certified who stamped."""
    return [file.read_bytes() for file in sorted((settings.home / "certificates").glob("issuing*.cer"))]


def _anchors() -> Iterable[bytes]:
    """Our root, or the certificates (PEM) of whoever vouches for the foreign authority."""
    if not settings.journal_tsa_anchors:
        return [(settings.home / "certificates" / "root.cer").read_bytes()]
    known = x509.load_pem_x509_certificates(Path(settings.journal_tsa_anchors).read_bytes())
    return [one.public_bytes(Encoding.DER) for one in known]
