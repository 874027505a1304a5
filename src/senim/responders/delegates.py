"""The responders' certificates beside their two keys; a new one is taken up without a restart.

The status responder's key has a certificate of each issuing authority, for answers about what it issued.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509

from senim.certification import issuers
from senim.countries.kz.oids import TIME_STAMP_POLICY
from senim.pki.keys import PrivateKey
from senim.pki.ocsp import Responder
from senim.pki.timestamps import TimeStampAuthority

ACCURACY = timedelta(seconds=1)


@dataclass(frozen=True)
class Delegate:
    """Who answers for an authority's certificates: the authority's number and certificate, and the signer."""

    number: int
    issuing: bytes
    responder: Responder


class Delegates:
    """Raises OSError where a certificate is missing, ValueError where it is another key's."""

    def __init__(self, certificates: Path, *, ocsp: PrivateKey, tsa: PrivateKey) -> None:
        self._folder, self._ocsp, self._tsa = certificates, ocsp, tsa
        self._seen = self._times()
        self.answering, self.time_stamps = self._made()

    @property
    def issuing(self) -> tuple[bytes, ...]:
        """The authorities' certificates, the newest first."""
        return tuple(each.issuing for each in reversed(self.answering))

    def refresh(self) -> bool:
        """Whether there is another certificate since the last look."""
        times = self._times()
        if times == self._seen:
            return False
        before, self._seen = self._seen, times
        try:
            self.answering, self.time_stamps = self._made()
        except OSError:
            self._seen = before  # looked at again: without it nothing of a new authority is believed
            raise
        return True

    def _times(self) -> list[int]:
        own = (*map(issuers.delegate_of, issuers.labels(self._folder)), "tsa")
        return [(self._folder / f"{label}.cer").stat().st_mtime_ns for label in own]

    def _made(self) -> tuple[tuple[Delegate, ...], TimeStampAuthority]:
        certificate = self._certificate("tsa", self._tsa)
        stamps = TimeStampAuthority(
            key=self._tsa, certificate=certificate, policy=TIME_STAMP_POLICY, accuracy=ACCURACY
        )
        issuing = issuers.certificates_of(self._folder)
        return tuple(self._delegate(label, content) for label, content in issuing.items()), stamps

    def _delegate(self, authority: str, issuing: bytes) -> Delegate:
        certificate = self._certificate(issuers.delegate_of(authority), self._ocsp)
        responder = Responder(key=self._ocsp, certificate=certificate)
        return Delegate(issuers.number_of(authority), issuing, responder)

    def _certificate(self, label: str, key: PrivateKey) -> bytes:
        content = (self._folder / f"{label}.cer").read_bytes()
        if x509.load_der_x509_certificate(content).public_key() != key.public_key():
            raise ValueError(f"{label}.cer belongs to another key")
        return content
