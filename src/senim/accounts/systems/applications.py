"""An organisation asks that its system be admitted, or for other keys; its representative signs (DD-4a)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

from django.db import IntegrityError, transaction

from senim import validation
from senim.accounts import AccountId, signed_steps
from senim.accounts.authentication import Authentication
from senim.accounts.models import Account, InformationSystem, SystemApplication
from senim.accounts.systems.advance import reference_of
from senim.accounts.systems.officials import MAY_SIGN
from senim.accounts.systems.papers import application_text
from senim.accounts.systems.refusals import (
    ApplicationNotSigned,
    NotTheRepresentative,
    OrganisationLiquidated,
    SystemAppliedAlready,
    SystemUnknown,
)
from senim.accounts.systems.wishes import Wish, refuse_unclear
from senim.countries.kz import roles
from senim.journal import record
from senim.registries.legal_entities import legal_entity
from senim.texts import Text, language

SystemApplicationId = NewType("SystemApplicationId", UUID)


@dataclass(frozen=True)
class Prepared:
    """The text to sign; the organisation's name is the state database's."""

    organisation: str
    document: bytes


@dataclass(frozen=True)
class Applied:
    application_id: SystemApplicationId


def prepare(*, wish: Wish, at: datetime) -> Prepared:
    """Asks the network. Raises BeyondTheApplication, EntityUnknown, OrganisationLiquidated, SystemUnknown,
    SystemAppliedAlready, RegistryUnavailable, RegistryAnswerInvalid."""
    refuse_unclear(wish.purposes, wish.document_types)
    _refuse_second(wish)
    entity = legal_entity(bin=wish.bin, at=at)
    if entity.status != "active":
        raise OrganisationLiquidated
    organisation = entity.names["kk"]
    return Prepared(organisation, application_text(wish, organisation=organisation))


def _refuse_second(wish: Wish) -> None:
    there = InformationSystem.objects.filter(bin=wish.bin, name=wish.name)
    if wish.system_id is None and there.exists():
        raise SystemAppliedAlready
    if wish.system_id is not None and not there.filter(pk=wish.system_id).exists():
        raise SystemUnknown


def apply(
    *,
    wish: Wish,
    account_id: AccountId,
    authentication: Authentication | None,
    signature: bytes,
    at: datetime,
) -> Applied:
    """Hand the application in; how its signer was signed in is kept. Raises what ``prepare`` raises,
    ApplicationNotSigned, NotTheRepresentative."""
    prepared = prepare(wish=wish, at=at)
    _check(prepared.document, signature, bin=wish.bin, account_id=account_id, at=at)
    try:
        with transaction.atomic():
            return _received(wish, prepared, account_id, authentication, signature, at=at)
    except IntegrityError as twice:
        raise SystemAppliedAlready from twice


def _check(document: bytes, signature: bytes, *, bin: str, account_id: AccountId, at: datetime) -> None:  # noqa: A002
    report = validation.check(cms=signature, content=document, at=at)
    if not report.passed or report.signer is None:
        raise ApplicationNotSigned(why=report.problem or Text("accounts.systems.signature_problem"))
    signer = report.signer
    applicant = Account.objects.get(pk=account_id)
    own = (signer.iin, signer.bin) == (applicant.iin, bin) and signer.profile in roles.SIGNING
    if not own or roles.ROLE_OF[signer.profile] not in MAY_SIGN:
        raise NotTheRepresentative


def _received(
    wish: Wish,
    prepared: Prepared,
    account_id: AccountId,
    authentication: Authentication | None,
    signature: bytes,
    *,
    at: datetime,
) -> Applied:
    case = SystemApplication.objects.create(
        state_since_at=at,
        received_at=at,
        account_id=account_id,
        system_id=wish.system_id,
        bin=wish.bin,
        organisation=prepared.organisation,
        name=wish.name,
        purposes=list(wish.purposes),
        document_types=list(wish.document_types),
        keys=wish.keys,
        contact_name=wish.contact_name,
        contact_email=wish.contact_email,
        language=language(),
        document=prepared.document,
        signature=signature,
    )
    subject = reference_of(case)
    kept = signed_steps.keep(subject=subject, account_id=account_id, authentication=authentication, at=at)
    record(
        verb="accounts.systems.apply",
        clause="DD-4a",
        subject=subject,
        actor=f"account:{account_id}",
        at=at,
        facts={"purposes": list(wish.purposes), "asks": "change_keys" if wish.system_id else "admit"},
        changed=[case, *kept],
    )
    return Applied(SystemApplicationId(case.pk))
