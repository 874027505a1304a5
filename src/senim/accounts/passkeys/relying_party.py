"""The relying party of WebAuthn: its name, what it asks of browsers, and which of their answers hold.

Who may be copied, cloned or removed is judged elsewhere; here only what the standard lets a server see:
origin, relying party, challenge, user verification, signature (WebAuthn Level 2, §7.1 and §7.2).
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json,
    parse_authentication_credential_json,
    parse_client_data_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from senim.accounts.methods import Method, ServiceClass, allowed
from senim.errors import Refused
from senim.settings import settings

ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
"""Phones and security keys make the first two; the TPM of an older Windows only the last."""
LARGEST_ANSWER = 16 * 1024
NAME = "Senim"
MILLISECONDS = 1000
MALFORMED = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)
"""What reading an answer may raise, whoever wrote it."""


class PasskeysNotOffered(Refused):
    """No rule in force lets anybody sign in by passkey, or this portal has no name of its own."""

    clause: ClassVar[str] = "PT-2.4"


class AnswerWrong(ValueError):
    """Not what was asked for, or not well-formed."""


@dataclass(frozen=True)
class Asked:
    """``id`` goes back with the answer; ``options`` are the browser's, as JSON."""

    id: str
    options: str
    expires_at: datetime


@dataclass(frozen=True)
class Credential:
    """What a browser made at registration."""

    id: bytes
    public_key: bytes
    sign_count: int
    backup_eligible: bool
    backup_state: bool


@dataclass(frozen=True)
class Seen:
    """What an assertion says of its authenticator."""

    sign_count: int
    backup_eligible: bool
    backup_state: bool


@dataclass(frozen=True)
class Claim:
    """Whose key and which person an assertion says it is of; not judged yet."""

    credential_id: bytes
    user_handle: bytes | None


def refuse_unless_offered(*, at: datetime) -> None:
    """Raises PasskeysNotOffered."""
    if Method.PASSKEY not in allowed(ServiceClass.EVERYDAY, at=at):
        raise PasskeysNotOffered


def challenge_of(challenge_id: str) -> bytes:
    """The bytes an authenticator signs; they commit to everything that is sealed in the challenge."""
    return hashlib.sha256(challenge_id.encode()).digest()


def creation_options(*, challenge_id: str, handle: bytes, name: str, known: list[bytes]) -> str:
    """As JSON. ``known`` are this person's: an authenticator that has one of them adds none."""
    options = webauthn.generate_registration_options(
        rp_id=settings.portal_host,
        rp_name=NAME,
        user_id=handle,
        user_name=name,
        user_display_name=name,
        challenge=challenge_of(challenge_id),
        timeout=_timeout(),
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        supported_pub_key_algs=ALGORITHMS,
    )
    return options_to_json(options)


def request_options(*, challenge_id: str) -> str:
    """As JSON. Nobody is named: the authenticator itself knows whom it can sign in here."""
    options = webauthn.generate_authentication_options(
        rp_id=settings.portal_host,
        challenge=challenge_of(challenge_id),
        timeout=_timeout(),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def _timeout() -> int:
    return int(settings.sign_in_challenge_lifetime.total_seconds() * MILLISECONDS)


def registered(*, answer: str, challenge_id: str) -> Credential:
    """Raises AnswerWrong."""
    with _judging(answer):
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge_of(challenge_id),
            expected_rp_id=settings.portal_host,
            expected_origin=settings.portal_origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
        _refuse_framed(answer)
    return Credential(
        id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        backup_eligible=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        backup_state=made.credential_backed_up,
    )


def claimed(answer: str) -> Claim:
    """Raises AnswerWrong."""
    with _judging(answer):
        said = parse_authentication_credential_json(answer)
    return Claim(said.raw_id, said.response.user_handle)


def asserted(*, answer: str, challenge_id: str, public_key: bytes) -> Seen:
    """Raises AnswerWrong. The count is the caller's to judge: the row has to be locked for that."""
    with _judging(answer):
        seen = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge_of(challenge_id),
            expected_rp_id=settings.portal_host,
            expected_origin=settings.portal_origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        _refuse_framed(answer)
    return Seen(
        sign_count=seen.new_sign_count,
        backup_eligible=seen.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        backup_state=seen.credential_backed_up,
    )


@contextmanager
def _judging(answer: str) -> Iterator[None]:
    """The library raises its own errors for what it looked for, Python's for what it did not."""
    if len(answer) > LARGEST_ANSWER:
        raise AnswerWrong("longer than any answer of an authenticator")
    try:
        yield
    except MALFORMED as wrong:
        raise AnswerWrong(str(wrong)) from wrong


def _refuse_framed(answer: str) -> None:
    """Our pages stand in no frame of others; an answer given in one was not given to us (Level 3, §7.2)."""
    client_data = base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"])
    if parse_client_data_json(client_data).cross_origin:
        raise AnswerWrong("given in a frame of another site")
