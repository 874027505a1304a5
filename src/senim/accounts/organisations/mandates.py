"""What a certificate lets its holder do for an organisation, and what the state database says of that one.

The database is asked at each sign-in with such a certificate. Where it is away, an organisation that has an
account already is gone on with as it was last stated; an account is opened only on its word.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from senim.accounts.models import Organisation
from senim.accounts.organisations import OrganisationId
from senim.accounts.organisations.acting import Acting
from senim.countries.kz import roles
from senim.errors import Refused
from senim.identifiers import Kind, WrongIdentifier, parse
from senim.journal import record
from senim.registries.legal_entities import EntityUnknown, LegalEntity, RegistryUnavailable, legal_entity
from senim.validation import Signer

ACTIVE = "active"


class OrganisationUnknown(Refused):
    """The state database has no organisation of this BIN."""

    clause: ClassVar[str] = "PT-2.1-1"


class OrganisationClosed(Refused):
    """It is wound up: nobody acts for it any more."""

    clause: ClassVar[str] = "PT-2.1-1"


class NoLongerItsHead(Refused):
    """A certificate of the first head, whom the database names otherwise by now. It is not said who it is."""

    clause: ClassVar[str] = "PT-4.2"


@dataclass(frozen=True)
class Mandate:
    """A certificate's role for an organisation. ``entity`` is None where the database was not to be had."""

    bin: str
    role: str
    serial_number: int
    not_after: datetime
    entity: LegalEntity | None


@dataclass(frozen=True)
class TakenUp:
    """An organisation as it now stands, in the caller's transaction."""

    acting: Acting
    row: Organisation


def mandate_in(signer: Signer, *, at: datetime) -> Mandate | None:
    """None for somebody who signs in as themselves; never asked in a transaction.

    Refuses: OrganisationUnknown, OrganisationClosed, NoLongerItsHead, and what the registry refuses.
    """
    role = roles.ROLE_OF.get(signer.profile, roles.HIMSELF)
    if role == roles.HIMSELF:
        return None
    number = _business(signer.bin)
    entity = _stated(number, at)
    if entity is not None:
        _check(entity, role, signer.iin, at)
    return Mandate(number, role, signer.serial_number, signer.not_after, entity)


def take_up(mandate: Mandate, *, at: datetime) -> TakenUp:
    """Open the organisation's account or bring it up to date, in the caller's transaction."""
    if mandate.entity is None:
        row = Organisation.objects.get(bin=mandate.bin)
    else:
        row, _ = Organisation.objects.update_or_create(
            bin=mandate.bin,
            defaults=_as_stated(mandate.entity),
            create_defaults={"bin": mandate.bin, "opened_at": at, **_as_stated(mandate.entity)},
        )
    acting = Acting(
        OrganisationId(row.pk),
        row.bin,
        row.names,
        mandate.role,
        mandate.serial_number,
        mandate.not_after,
    )
    return TakenUp(acting, row)


def _business(written: str) -> str:
    try:
        found = parse(written)
    except WrongIdentifier:
        raise OrganisationUnknown from None
    if found.kind is not Kind.LEGAL_ENTITY:
        raise OrganisationUnknown
    return found.number


def _stated(number: str, at: datetime) -> LegalEntity | None:
    try:
        return legal_entity(bin=number, at=at)
    except EntityUnknown:
        raise OrganisationUnknown from None
    except RegistryUnavailable:
        known = Organisation.objects.filter(bin=number).first()
        if known is None:
            raise
        if known.status != ACTIVE:
            raise OrganisationClosed from None
        return None


def _check(entity: LegalEntity, role: str, iin: str, at: datetime) -> None:
    if entity.status != ACTIVE:
        _close(entity, at)
        raise OrganisationClosed
    if role == roles.FIRST_HEAD and entity.head_iin != iin:
        raise NoLongerItsHead


@transaction.atomic
def _close(entity: LegalEntity, at: datetime) -> None:
    """An account that was open is no longer good for codes either, which ask no registry."""
    row = Organisation.objects.select_for_update().filter(bin=entity.bin, status=ACTIVE).first()
    if row is None:
        return
    row.status, row.stated_at = entity.status, entity.as_of
    row.evidence_digest = hashlib.sha256(entity.evidence).digest()
    row.save()
    subject = f"organisation:{row.pk}"
    record(verb="accounts.organisations.close", clause="PT-2.1-1", subject=subject, at=at, changed=[row])


def _as_stated(entity: LegalEntity) -> dict[str, object]:
    return {
        "names": entity.names,
        "status": entity.status,
        "stated_at": entity.as_of,
        "evidence_digest": hashlib.sha256(entity.evidence).digest(),
    }
