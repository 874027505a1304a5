"""The responders' two certificates beside their keys; a renewed one is taken up without a restart."""

from datetime import timedelta
from pathlib import Path

from cryptography import x509

from senim.countries.kz.oids import TIME_STAMP_POLICY
from senim.pki.keys import PrivateKey
from senim.pki.ocsp import Responder
from senim.pki.timestamps import TimeStampAuthority

ACCURACY = timedelta(seconds=1)


class Delegates:
    """Raises OSError where a certificate is missing, ValueError where it is another key's."""

    def __init__(self, certificates: Path, *, ocsp: PrivateKey, tsa: PrivateKey) -> None:
        self._folder, self._ocsp, self._tsa = certificates, ocsp, tsa
        self._seen = self._times()
        self.responder, self.time_stamps = self._made()

    def refresh(self) -> bool:
        """Whether there is another certificate since the last look."""
        times = self._times()
        if times == self._seen:
            return False
        self._seen = times
        self.responder, self.time_stamps = self._made()
        return True

    def _times(self) -> list[int]:
        return [(self._folder / f"{label}.cer").stat().st_mtime_ns for label in ("ocsp", "tsa")]

    def _made(self) -> tuple[Responder, TimeStampAuthority]:
        responder = Responder(key=self._ocsp, certificate=self._certificate("ocsp", self._ocsp))
        certificate = self._certificate("tsa", self._tsa)
        return responder, TimeStampAuthority(
            key=self._tsa, certificate=certificate, policy=TIME_STAMP_POLICY, accuracy=ACCURACY
        )

    def _certificate(self, label: str, key: PrivateKey) -> bytes:
        content = (self._folder / f"{label}.cer").read_bytes()
        if x509.load_der_x509_certificate(content).public_key() != key.public_key():
            raise ValueError(f"{label}.cer belongs to another key")
        return content
