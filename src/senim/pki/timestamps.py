"""Time-stamps (RFC 3161, RFC 5816): requests read, tokens granted, refusals with the standard's failure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from senim.pki import cms, der, signatures, signed_data
from senim.pki.keys import PrivateKey

AT_MOST_BYTES = 4 * 1024
NONCE_AT_MOST_BYTES = 64
TST_INFO = "1.2.840.113549.1.9.16.1.4"
_GRANTED, _GRANTED_WITH_MODS, _REJECTION = 0, 1, 2


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
    """``nonce`` is any size the client chose, up to 64 octets; it comes back unchanged."""

    hash_name: str
    message_imprint: bytes
    policy: str | None = None
    nonce: int | None = None
    certificate_wanted: bool = False


def read_request(request: bytes) -> TimeStampRequest:
    """Raises TimeStampRefused: not DER, an imprint of SHA-1 or of the wrong length, any extension."""
    if len(request) > AT_MOST_BYTES:
        raise TimeStampRefused(PkiFailureInfo.BAD_REQUEST)
    try:
        return _read_request(request)
    except der.NotDer as broken:
        raise TimeStampRefused(PkiFailureInfo.BAD_DATA_FORMAT) from broken
    except signatures.UnsupportedAlgorithm as unsupported:
        raise TimeStampRefused(PkiFailureInfo.BAD_ALG) from unsupported


def _read_request(request: bytes) -> TimeStampRequest:
    fields = der.Fields(der.read(request, der.SEQUENCE))
    version, (hash_name, imprint) = der.to_int(fields.take()), _read_imprint(fields.take(der.SEQUENCE))
    policy, nonce, wanted = (fields.take_if(tag) for tag in (der.OID, der.INTEGER, der.BOOLEAN))
    extensions = fields.take_if(0xA0)
    fields.end()
    if version != 1 or (nonce and len(nonce.content) > NONCE_AT_MOST_BYTES):
        raise TimeStampRefused(PkiFailureInfo.BAD_REQUEST)
    if extensions:
        raise TimeStampRefused(PkiFailureInfo.UNACCEPTED_EXTENSION)
    return TimeStampRequest(
        hash_name,
        imprint,
        der.to_oid(policy) if policy else None,
        der.to_int(nonce) if nonce else None,
        der.to_bool(wanted) if wanted else False,
    )


def _read_imprint(element: der.Element) -> tuple[str, bytes]:
    fields = der.Fields(element)
    hash_name = signatures.hash_named_by(fields.take(der.SEQUENCE))
    imprint = fields.take(der.OCTET_STRING).content
    fields.end()
    if len(imprint) != signatures.HASHES[hash_name].digest_size:
        raise der.NotDer("the imprint has not the length of its hash")
    return hash_name, imprint


class TimeStampAuthority:
    """A key, its certificate and its policy, ready to sign."""

    def __init__(self, *, key: PrivateKey, certificate: bytes, policy: str, accuracy: timedelta) -> None:
        self._key, self._certificate, self._policy = key, certificate, policy
        self._accuracy = _accuracy(accuracy)

    def grant(self, request: TimeStampRequest, *, serial_number: int, at: datetime) -> bytes:
        """A granted TimeStampResp. Raises TimeStampRefused where another policy is asked for."""
        token = self.token(request, serial_number=serial_number, at=at)
        return der.sequence(der.sequence(der.integer(_GRANTED)), token)

    def token(self, request: TimeStampRequest, *, serial_number: int, at: datetime) -> bytes:
        """The TimeStampToken alone (a CMS). Raises TimeStampRefused."""
        if request.policy not in {None, self._policy}:
            raise TimeStampRefused(PkiFailureInfo.UNACCEPTED_POLICY)
        return signed_data.build(
            self._information(request, serial_number, at),
            content_type=TST_INFO,
            key=self._key,
            certificate=self._certificate,
            at=None,
            attached=True,
            carried=(self._certificate,) if request.certificate_wanted else (),
        )

    def _information(self, request: TimeStampRequest, serial_number: int, at: datetime) -> bytes:
        algorithm = signatures.hash_identifier(request.hash_name)
        return der.sequence(
            der.integer(1),
            der.oid(self._policy),
            der.sequence(algorithm, der.octet_string(request.message_imprint)),
            der.integer(serial_number),
            der.generalized_time(at),
            self._accuracy,
            b"" if request.nonce is None else der.integer(request.nonce),
        )


def _accuracy(accuracy: timedelta) -> bytes:
    seconds, milliseconds = int(accuracy.total_seconds()), accuracy.microseconds // 1000
    return der.sequence(
        der.integer(seconds) if seconds else b"", der.integer(milliseconds, 0x80) if milliseconds else b""
    )


def refuse(failure: PkiFailureInfo) -> bytes:
    """A TimeStampResp that rejects, with the failure's bit set."""
    octets = bytearray(failure // 8 + 1)
    octets[-1] = 0x80 >> failure % 8
    bits = der.bit_string(bytes(octets), unused=7 - failure % 8)
    return der.sequence(der.sequence(der.integer(_REJECTION), bits))


def build_request(request: TimeStampRequest) -> bytes:
    algorithm = signatures.hash_identifier(request.hash_name)
    return der.sequence(
        der.integer(1),
        der.sequence(algorithm, der.octet_string(request.message_imprint)),
        der.oid(request.policy) if request.policy else b"",
        b"" if request.nonce is None else der.integer(request.nonce),
        der.boolean(True) if request.certificate_wanted else b"",
    )


def token_of(response: bytes) -> bytes:
    """The token inside a granted response. Raises ValueError where it is a refusal or not DER."""
    fields = der.Fields(der.read(response, der.SEQUENCE))
    status = der.to_int(der.Fields(fields.take(der.SEQUENCE)).take())
    if status not in {_GRANTED, _GRANTED_WITH_MODS}:
        raise ValueError(f"refused with status {status}")
    return fields.take(der.SEQUENCE).der


@dataclass(frozen=True)
class TimeStamp:
    """What a verified token says, and who signed it (DER; its path is the caller's to judge)."""

    hash_name: str
    message_imprint: bytes
    policy: str
    serial_number: int
    gen_time: datetime
    nonce: int | None
    certificate: bytes


def verify(token: bytes, *, data: bytes, certificate: bytes | None = None) -> TimeStamp:
    """Signature and imprint hold. ``certificate`` where the token carries none. Raises cms.CmsInvalid."""
    message = cms.read(token, certificate=certificate)
    message.verify(content_type=TST_INFO)
    try:
        stamp = _read_information(message.content or b"", message.signer_certificate)
    except ValueError as broken:
        raise cms.CmsInvalid(cms.CmsProblem.NOT_CMS) from broken
    if stamp.message_imprint != signatures.digest(data, stamp.hash_name):
        raise cms.CmsInvalid(cms.CmsProblem.DIGEST_DIFFERS)
    return stamp


def _read_information(information: bytes, certificate: bytes) -> TimeStamp:
    fields = der.Fields(der.read(information, der.SEQUENCE))
    der.to_int(fields.take())
    policy, (hash_name, imprint) = der.to_oid(fields.take()), _read_imprint(fields.take(der.SEQUENCE))
    serial_number, gen_time = der.to_int(fields.take()), der.to_time(fields.take(der.GENERALIZED_TIME))
    fields.take_if(der.SEQUENCE)
    fields.take_if(der.BOOLEAN)
    nonce = fields.take_if(der.INTEGER)
    return TimeStamp(
        hash_name, imprint, policy, serial_number, gen_time, der.to_int(nonce) if nonce else None, certificate
    )
