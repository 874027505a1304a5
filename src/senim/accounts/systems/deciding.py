"""Decisions of the authorised body: an official signs a text that names all it grants (DD-4a, DD-4b)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, models, transaction

from senim.accounts import signed_steps
from senim.accounts.authentication import Authentication
from senim.accounts.models import InformationSystem, SystemApplication
from senim.accounts.systems import papers
from senim.accounts.systems.advance import (
    By,
    Case,
    _advance,
    _record,
    locked_application,
    locked_system,
    reference_of,
)
from senim.accounts.systems.letters import tell_applicant, tell_system
from senim.accounts.systems.officials import Official, check_decision
from senim.accounts.systems.process import Actor, Step
from senim.accounts.systems.refusals import (
    ReasonUnclear,
    SystemApplicationUnknown,
    SystemAppliedAlready,
    SystemUnknown,
)
from senim.accounts.systems.standing import ClientId
from senim.accounts.systems.wishes import Wanted, refuse_beyond
from senim.rulebook import day_of

REASON_AT_LEAST, REASON_AT_MOST = 10, 1000


@dataclass(frozen=True)
class Decided:
    client_id: ClientId


def admission_to_sign(*, application_id: UUID, wanted: Wanted, at: datetime) -> bytes:
    """Raises SystemApplicationUnknown, BeyondTheApplication, OnlyForBanks, ExpiryInThePast."""
    case = _application(application_id)
    _refuse(case, wanted, at)
    return papers.admission_text(case, wanted)


def admit(
    *,
    application_id: UUID,
    wanted: Wanted,
    official: Official,
    authentication: Authentication | None,
    signature: bytes,
    at: datetime,
) -> Decided:
    """The system may act from now on. Raises as ``admission_to_sign``, NotAnOfficial, DecisionNotSigned,
    SystemAppliedAlready, NotAllowed."""
    document = admission_to_sign(application_id=application_id, wanted=wanted, at=at)
    check_decision(document=document, signature=signature, official=official, at=at)
    by = By(Actor.OFFICIAL, official.reference, document=document, signature=signature)
    try:
        with transaction.atomic():
            case = locked_application(application_id)
            changed = _advance(case, Step.ADMIT, by=by, at=at)
            system = _admitted(case, wanted, at=at)
            tell_system(system, Step.ADMIT, at=at)
            changed += [system, *_kept(case, official, authentication, at=at)]
            _record(case, Step.ADMIT, by=by, at=at, changed=changed)
    except IntegrityError as twice:
        raise SystemAppliedAlready from twice
    return Decided(ClientId(system.pk))


def _refuse(case: SystemApplication, wanted: Wanted, at: datetime) -> None:
    asked = {"purposes": case.purposes, "document_types": case.document_types}
    refuse_beyond(wanted, **asked, today=day_of(at))


def _admitted(case: SystemApplication, wanted: Wanted, *, at: datetime) -> InformationSystem:
    return InformationSystem.objects.create(
        id=case.pk,
        state_since_at=at,
        bin=case.bin,
        organisation=case.organisation,
        kind=wanted.kind,
        name=case.name,
        purposes=list(wanted.purposes),
        document_types=list(wanted.document_types),
        keys=case.keys,
        contact_name=case.contact_name,
        contact_email=case.contact_email,
        language=case.language,
        admitted_at=at,
        expires_on=wanted.expires_on,
    )


def other_keys_to_sign(*, application_id: UUID) -> bytes:
    """Raises SystemApplicationUnknown."""
    case = _application(application_id)
    if case.system is None:
        raise SystemApplicationUnknown
    return papers.other_keys_text(case, case.system)


def change_keys(
    *,
    application_id: UUID,
    official: Official,
    authentication: Authentication | None,
    signature: bytes,
    at: datetime,
) -> Decided:
    """From now on these keys and no others; access tokens of before are dead. Raises as the above."""
    document = other_keys_to_sign(application_id=application_id)
    check_decision(document=document, signature=signature, official=official, at=at)
    by = By(Actor.OFFICIAL, official.reference, document=document, signature=signature)
    with transaction.atomic():
        case = locked_application(application_id)
        changed = _advance(case, Step.CHANGE_KEYS, by=by, at=at)
        system = locked_system(case.system_id or UUID(int=0))
        system.keys = case.keys
        changed += _advance(system, Step.CHANGE_KEYS, by=by, at=at)
        for signed_for in (case, system):
            changed += _kept(signed_for, official, authentication, at=at)
        tell_system(system, Step.CHANGE_KEYS, at=at)
        _record(system, Step.CHANGE_KEYS, by=by, at=at, changed=changed)
    return Decided(ClientId(system.pk))


def refuse(*, application_id: UUID, reason: str, official: Official, at: datetime) -> None:
    """Not admitted, and why. Raises ReasonUnclear, SystemApplicationUnknown, NotAllowed."""
    said = clear(reason)
    by = By(Actor.OFFICIAL, official.reference, note=said)
    with transaction.atomic():
        case = locked_application(application_id)
        case.refusal = {"reason": said}
        changed: list[models.Model] = _advance(case, Step.REFUSE, by=by, at=at)
        tell_applicant(case, reason=said, at=at)
        _record(case, Step.REFUSE, by=by, at=at, changed=changed)


def resumption_to_sign(*, system_id: UUID) -> bytes:
    """Raises SystemUnknown."""
    row = InformationSystem.objects.filter(pk=system_id).first()
    if row is None:
        raise SystemUnknown
    return papers.resumption_text(row)


def resume(
    *,
    system_id: UUID,
    official: Official,
    authentication: Authentication | None,
    signature: bytes,
    at: datetime,
) -> Decided:
    """The system acts again, with new tokens. Raises SystemUnknown, NotAnOfficial, DecisionNotSigned,
    NotAllowed."""
    document = resumption_to_sign(system_id=system_id)
    check_decision(document=document, signature=signature, official=official, at=at)
    by = By(Actor.OFFICIAL, official.reference, document=document, signature=signature)
    with transaction.atomic():
        system = locked_system(system_id)
        changed = _advance(system, Step.RESUME, by=by, at=at)
        changed += _kept(system, official, authentication, at=at)
        tell_system(system, Step.RESUME, at=at)
        _record(system, Step.RESUME, by=by, at=at, changed=changed)
    return Decided(ClientId(system.pk))


def _kept(
    case: Case, official: Official, authentication: Authentication | None, *, at: datetime
) -> list[models.Model]:
    """How the official was signed in who decided this."""
    subject = reference_of(case)
    return signed_steps.keep_of(iin=official.iin, subject=subject, authentication=authentication, at=at)


def clear(reason: str) -> str:
    """Raises ReasonUnclear."""
    said = " ".join(reason.split())
    if not REASON_AT_LEAST <= len(said) <= REASON_AT_MOST:
        raise ReasonUnclear(least=REASON_AT_LEAST)
    return said


def _application(application_id: UUID) -> SystemApplication:
    row = SystemApplication.objects.select_related("system").filter(pk=application_id).first()
    if row is None:
        raise SystemApplicationUnknown
    return row
