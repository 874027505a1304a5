"""Time-stamps (RFC 3161, RFC 5816): requests read, tokens granted, refusals with the standard's failure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from senim.pki.keys import PrivateKey

AT_MOST_BYTES = 4 * 1024


class PkiFailureInfo(IntEnum):
    """RFC 3161 §2.4.2; the values are bit numbers."""

    BAD_ALG = 0
    BAD_REQUEST = 2
    BAD_DATA_FORMAT = 5
    TIME_NOT_AVAILABLE = 14
    UNACCEPTED_POLICY = 15
    UNACCEPTED_EXTENSION = 16
    SYSTEM_FAILURE = 25


class TimeStampRefused(ValueError):
    """Answer with ``refuse(failure)``."""

    def __init__(self, failure: PkiFailureInfo) -> None:
        super().__init__(failure.name)
        self.failure = failure


@dataclass(frozen=True)
class TimeStampRequest:
    hash_name: str
    message_imprint: bytes
    policy: str | None
    nonce: int | None
    certificate_wanted: bool


def read_request(der: bytes) -> TimeStampRequest:
    """Raises TimeStampRefused: not DER, an imprint of SHA-1 or of the wrong length, an unknown extension."""
    raise NotImplementedError


class TimeStampAuthority:
    """A key, its certificate and its policy, ready to sign."""

    def __init__(self, *, key: PrivateKey, certificate: bytes, policy: str, accuracy: timedelta) -> None:
        raise NotImplementedError

    def grant(self, request: TimeStampRequest, *, serial_number: int, at: datetime) -> bytes:
        """A granted TimeStampResp. Raises TimeStampRefused where another policy is asked for."""
        raise NotImplementedError

    def token(self, request: TimeStampRequest, *, serial_number: int, at: datetime) -> bytes:
        """The TimeStampToken alone (a CMS)."""
        raise NotImplementedError


def refuse(failure: PkiFailureInfo) -> bytes:
    """A TimeStampResp that rejects."""
    raise NotImplementedError


def token_of(response: bytes) -> bytes:
    """The token inside a granted response. Raises ValueError."""
    raise NotImplementedError


@dataclass(frozen=True)
class TimeStamp:
    """What a verified token says."""

    hash_name: str
    message_imprint: bytes
    policy: str
    serial_number: int
    gen_time: datetime
    nonce: int | None
    certificate: bytes


def verify(token: bytes, *, data: bytes, certificate: bytes | None = None) -> TimeStamp:
    """Signature and imprint hold. ``certificate`` where the token carries none. Raises cms.CmsInvalid."""
    raise NotImplementedError
