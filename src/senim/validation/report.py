"""What a check found: ETSI EN 319 102-1 §5.1.3, and the facts of the signer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from senim.texts import Text


class Indication(StrEnum):
    TOTAL_PASSED = "TOTAL-PASSED"
    TOTAL_FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"


class SubIndication(StrEnum):
    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    TRY_LATER = "TRY_LATER"


# What proves that the signature or its certificate is not valid; everything else leaves the question open.
FAILED = frozenset(
    {
        SubIndication.FORMAT_FAILURE,
        SubIndication.HASH_FAILURE,
        SubIndication.SIG_CRYPTO_FAILURE,
        SubIndication.REVOKED,
        SubIndication.EXPIRED,
        SubIndication.NOT_YET_VALID,
    }
)


@dataclass(frozen=True)
class Signer:
    """Who signed, as the certificate says; identifiers are never checked here, test ones are impossible.

    ``profile`` is a profile of this country ("individual_sign", "individual_auth", "operator_sign", …) or "".
    ``key_usage`` holds RFC 5280's names in snake_case ("digital_signature", "content_commitment").
    """

    iin: str
    bin: str
    common_name: str
    surname: str
    given_name: str
    patronymic: str
    organisation: str
    profile: str
    key_usage: frozenset[str]
    extended_key_usage: frozenset[str]
    serial_number: int
    issuer_key_id: bytes | None
    not_before: datetime
    not_after: datetime
    certificate_der: bytes


@dataclass(frozen=True)
class Report:
    """The answer. ``problem`` is a sentence for the citizen, None where all is well.

    ``signer`` is known once a path of right signatures leads to the trust set; ``signing_time`` is what the
    signer claims.
    """

    indication: Indication
    sub_indication: SubIndication | None
    signer: Signer | None
    signing_time: datetime | None
    problem: Text | None

    @property
    def passed(self) -> bool:
        return self.indication is Indication.TOTAL_PASSED
