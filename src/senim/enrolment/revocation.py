"""Take one's own certificates back from the cabinet, by a request signed with one's own key (CA-8.P1–P3b).

The request is judged and carried out at once; what is refused stays on record with its reason (CA-8.P2).
What follows, the list and the notice, is in ``revocation_outcome``. Whoever has no valid key any more goes to
a registration centre.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, NewType, Self
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model

from senim import journal
from senim.accounts import AccountId, profiles, signatures, signed_steps, timeline
from senim.accounts.authentication import Authentication
from senim.accounts.organisations.acting import Acting
from senim.accounts.profiles import Profile
from senim.accounts.signatures import SignatureRefused
from senim.certification import certificates, revocation
from senim.certification.facts import CertificateFacts
from senim.countries.kz import roles, times
from senim.enrolment.advance import _advance, changed_rows
from senim.enrolment.attempts import count
from senim.enrolment.holdings import holding_of
from senim.enrolment.installation import spelled
from senim.enrolment.models import RevocationRequest
from senim.enrolment.process import Actor
from senim.enrolment.revocation_process import CERTIFICATE_REVOCATION, Step
from senim.errors import NotFound, Refused, Unavailable
from senim.pki.crl import RevocationReason
from senim.settings import settings
from senim.texts import Text, say, speaking
from senim.validation import Signer

RevocationRequestId = NewType("RevocationRequestId", UUID)

OWN_PROFILES = roles.SIGNING | roles.SIGNING_IN
"""A person's certificates, also those in a role for a legal entity: the key is the person's (CA-5.3)."""
REASONS = {
    reason.value: reason
    for reason in (
        RevocationReason.KEY_COMPROMISE,
        RevocationReason.AFFILIATION_CHANGED,
        RevocationReason.SUPERSEDED,
        RevocationReason.CESSATION_OF_OPERATION,
    )
}
"""What a holder can say of their own certificate; the other reasons of RFC 5280 are an authority's."""


class NotYourCertificate(NotFound):
    """Somebody else's certificate, or nobody's: the answer is the same."""

    clause: ClassVar[str] = "CA-8.P2"


class CertificateOver(Refused):
    """Its term has ended: there is nothing left to revoke."""

    clause: ClassVar[str] = "CA-8.P2"


class CertificateRevokedBefore(Refused):
    """Revoked already; a revocation is never changed."""

    clause: ClassVar[str] = "CA-8.P2"


class RevocationNotSigned(Refused):
    """No valid signature over this very request; ``why`` is the reason."""

    clause: ClassVar[str] = "CA-8.P2"


class RevocationSignedByAnother(Refused):
    """A good signature, but not of the person whose certificate it is."""

    clause: ClassVar[str] = "CA-8.P2"


@dataclass(frozen=True)
class Wish:
    """What the applicant filled in. ``request_id`` makes a second click the same request."""

    request_id: UUID
    serial_numbers: tuple[int, ...]
    reason: RevocationReason
    language: str
    started_at: datetime
    asked_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "request_id": str(self.request_id),
            "serial_numbers": [f"{number:x}" for number in self.serial_numbers],
            "reason": self.reason.value,
            "language": self.language,
            "started_at": self.started_at.isoformat(),
            "asked_at": self.asked_at.isoformat(),
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        return cls(
            request_id=UUID(facts["request_id"]),
            serial_numbers=tuple(int(number, 16) for number in facts["serial_numbers"]),
            reason=REASONS[facts["reason"]],
            language=facts["language"],
            started_at=datetime.fromisoformat(facts["started_at"]),
            asked_at=datetime.fromisoformat(facts["asked_at"]),
        )


def own_certificates(*, account_id: AccountId) -> dict[int, CertificateFacts]:
    return certificates_of(profiles.profile(account_id).iin)


def certificates_of(iin: str) -> dict[int, CertificateFacts]:
    """A person's certificates by serial number, the newest first; revoked and expired ones too. An operator's
    go another way (CA-15.1f)."""
    found = certificates.of_person(iin)
    return {one.serial_number: one for one in found if one.profile in OWN_PROFILES}


def own_certificate(*, serial_number: int, account_id: AccountId) -> CertificateFacts:
    """Raises NotYourCertificate."""
    return _named(own_certificates(account_id=account_id), serial_number)


def _named(own: Mapping[int, CertificateFacts], serial_number: int) -> CertificateFacts:
    try:
        return own[serial_number]
    except KeyError:
        raise NotYourCertificate from None


def may_be_revoked(certificate: CertificateFacts, *, at: datetime) -> bool:
    return certificate.revoked_at is None and at <= certificate.not_after


def refuse_unless_in_force(certificate: CertificateFacts, *, at: datetime) -> None:
    """Raises CertificateRevokedBefore, CertificateOver."""
    if certificate.revoked_at is not None:
        raise CertificateRevokedBefore
    if not may_be_revoked(certificate, at=at):
        raise CertificateOver


def signing_certificates(*, account_id: AccountId, at: datetime) -> list[CertificateFacts]:
    """Those in force to sign with, for oneself and for legal entities."""
    own = own_certificates(account_id=account_id).values()
    signing = (one for one in own if one.profile in roles.SIGNING)
    return [one for one in signing if one.not_before <= at and may_be_revoked(one, at=at)]


def can_sign(*, account_id: AccountId, at: datetime) -> bool:
    """Whether a request of this person's could be signed."""
    return bool(signing_certificates(account_id=account_id, at=at))


def request_text(*, wish: Wish, account_id: AccountId) -> str:
    """The request in words, as it is signed: the same bytes each time. Raises NotYourCertificate."""
    person = profiles.profile(account_id)
    own = own_certificates(account_id=account_id)
    wanted = [_named(own, number) for number in wish.serial_numbers]
    with speaking(wish.language):
        return say(
            "enrolment.revocation.document",
            request=wish.request_id,
            time=times.to_the_second(wish.asked_at),
            name=person.full_name,
            iin=person.iin,
            certificates="\n".join(map(in_words, wanted)),
            reason=Text(f"enrolment.revocation.reason.{wish.reason.name.lower()}"),
            word=wish.reason.value,
        )


def submit(
    *,
    wish: Wish,
    account_id: AccountId,
    authentication: Authentication | None,
    signature: bytes,
    at: datetime,
) -> RevocationRequestId:
    """Judge the signed request and revoke (CA-8.P1, CA-8.C1, CA-8.P3b), or refuse and record why (CA-8.P2).

    ``authentication`` is how its holder is signed in. The same wish twice is one request. Raises
    TooManyTries after many refusals, and of CA-8.P2: NotYourCertificate, CertificateOver,
    CertificateRevokedBefore, RevocationNotSigned, RevocationSignedByAnother.
    """
    request_id = RevocationRequestId(wish.request_id)
    if RevocationRequest.objects.filter(pk=request_id, account_id=account_id).exists():
        return request_id
    person = profiles.profile(account_id)
    text = request_text(wish=wish, account_id=account_id)
    decide(
        partial(new_request, wish, person, account_id, text, signature, at),
        judge=partial(_judge, wish, person, account_id=account_id, text=text, signature=signature, at=at),
        tell=_tell_holder,
        authentication=authentication,
        at=at,
    )
    return request_id


def decide(
    new: Callable[[], RevocationRequest],
    *,
    judge: Callable[[], int],
    tell: Callable[[RevocationRequest, datetime], None],
    authentication: Authentication | None,
    at: datetime,
) -> None:
    """Carry a new request out, or refuse it on record. ``judge`` gives the certificate it is signed with."""
    try:
        _carry_out(new(), judge(), authentication, tell=tell, at=at)
    except Unavailable:  # nothing was decided
        raise
    except Refused as refusal:
        # Only what is refused counts: whoever holds the key must always be able to stop it.
        case = new()
        count(what="revocation of iin", of=case.iin, at_most=settings.orders_per_iin_per_hour, at=at)
        _refuse(case, refusal, at=at)
        raise
    except IntegrityError:  # the first of two clicks was quicker
        if not RevocationRequest.objects.filter(pk=new().pk).exists():
            raise


def _judge(
    wish: Wish, person: Profile, *, account_id: AccountId, text: str, signature: bytes, at: datetime
) -> int:
    """The serial number of the certificate it is signed with."""
    own = own_certificates(account_id=account_id)
    for number in wish.serial_numbers:
        refuse_unless_in_force(own[number], at=at)
    return signer_of(text, signature, person, allowed=roles.SIGNING, at=at).serial_number


def signer_of(
    text: str, signature: bytes, person: Profile, *, allowed: frozenset[str], at: datetime
) -> Signer:
    """Who signed a request of this person's. Raises RevocationNotSigned, RevocationSignedByAnother."""
    try:
        signed = signatures.accept(cms=signature, text=text, profiles=allowed, at=at)
    except SignatureRefused as refusal:
        raise RevocationNotSigned(why=refusal.reason) from refusal
    if signed.iin != person.iin:
        raise RevocationSignedByAnother
    return signed.signer


def _carry_out(
    case: RevocationRequest,
    signed_with: int,
    authentication: Authentication | None,
    *,
    tell: Callable[[RevocationRequest, datetime], None],
    at: datetime,
) -> None:
    case.signed_with = f"{signed_with:040x}"
    with transaction.atomic():
        _sign(case, at=at)
        _advance(case, action=Step.VERIFY, actor=Actor.AUTHORITY, at=at)
        for number in sorted(case.serial_numbers):  # in one order, so that no two wait for each other
            _revoke(case, int(number, 16), at=at)
        tell(case, at)
        signed = signed_steps.keep(
            subject=f"revocation:{case.id}",
            account_id=AccountId(case.account_id),
            authentication=authentication,
            at=at,
        )
        _record(case, "enrolment.revoke", "CA-8.P3b", at=at, beside=signed, reason=case.reason)


def _revoke(case: RevocationRequest, serial_number: int, *, at: datetime) -> None:
    try:
        revocation.revoke(
            serial_number=serial_number,
            reason=RevocationReason(case.reason),
            at=at,
            actor=f"account:{case.account_id}",
        )
    except revocation.AlreadyRevoked as quicker:
        raise CertificateRevokedBefore from quicker


def _tell_holder(case: RevocationRequest, at: datetime) -> None:
    for number in sorted(case.serial_numbers):
        timeline.tell(
            account_id=AccountId(case.account_id),
            text_id="enrolment.timeline.revoked",
            kind=timeline.Kind.CERTIFICATE,
            at=at,
            number=spelled(int(number, 16)),
        )


def _refuse(case: RevocationRequest, refusal: Refused, *, at: datetime) -> None:
    """CA-8.P2: the reasoned refusal stays on record, committed before it is said."""
    why = refusal.facts.get("why")
    case.refusal = {"text": refusal.text_id(), "why": why.id if isinstance(why, Text) else ""}
    try:
        with transaction.atomic():
            _sign(case, at=at)
            _advance(case, action=Step.FIND_VIOLATIONS, actor=Actor.AUTHORITY, at=at)
            _advance(case, action=Step.REFUSE, actor=Actor.AUTHORITY, at=at)
            _record(case, "enrolment.refuse_to_revoke", "CA-8.P2", at=at, refusal=type(refusal).__name__)
    except IntegrityError:  # the first of two clicks was quicker
        if not RevocationRequest.objects.filter(pk=case.pk).exists():
            raise


def _sign(case: RevocationRequest, *, at: datetime) -> None:
    case.save(force_insert=True)
    _advance(case, action=Step.SIGN, actor=Actor.APPLICANT, at=at)


def new_request(
    wish: Wish,
    person: Profile,
    account_id: AccountId,
    text: str,
    signature: bytes,
    at: datetime,
    *,
    acting: Acting | None = None,
) -> RevocationRequest:
    """What was asked and signed, before anybody judged it; ``acting``: for which organisation, if for one."""
    return RevocationRequest(
        id=wish.request_id,
        state=CERTIFICATE_REVOCATION.start,
        state_since_at=min(wish.started_at, at),
        applied_at=at,
        language=wish.language,
        account_id=account_id,
        iin=person.iin,
        bin=acting.bin if acting else "",
        email=person.email,
        serial_numbers=[f"{number:040x}" for number in wish.serial_numbers],
        reason=wish.reason.value,
        document=text.encode(),
        signature=signature,
    )


def in_words(certificate: CertificateFacts) -> str:
    return say(
        "enrolment.revocation.document.certificate",
        kind=holding_of(certificate).said,
        number=spelled(certificate.serial_number),
        until=times.day(certificate.not_after),
    )


def _record(
    case: RevocationRequest,
    verb: str,
    clause: str,
    *,
    at: datetime,
    beside: Iterable[Model] = (),
    **facts: object,
) -> None:
    journal.record(
        verb=verb,
        clause=clause,
        subject=f"revocation:{case.id}",
        actor=f"account:{case.account_id}",
        at=at,
        facts=facts | ({"bin": case.bin} if case.bin else {}),
        changed=[*changed_rows(case, at=at), *beside],
    )
