"""What an organisation asks for, and what an official wants to grant of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from senim.accounts.systems.keys import Jwks
from senim.accounts.systems.process import OF_BANKS, OF_DOCUMENTS, OrganisationKind, Purpose
from senim.accounts.systems.refusals import BeyondTheApplication, ExpiryInThePast, OnlyForBanks
from senim.countries.kz.documents import DOCUMENT_TYPES


@dataclass(frozen=True)
class Wish:
    """``keys`` are public (``keys.read``); ``system_id`` is set where only the keys shall change."""

    bin: str
    name: str
    purposes: tuple[Purpose, ...]
    document_types: tuple[str, ...]
    keys: Jwks
    contact_name: str
    contact_email: str
    system_id: UUID | None = None


@dataclass(frozen=True)
class Wanted:
    """``expires_on`` is the last day; None where the decision sets no term."""

    kind: OrganisationKind
    purposes: tuple[Purpose, ...]
    document_types: tuple[str, ...]
    expires_on: date | None = None


def refuse_unclear(purposes: Iterable[str], document_types: Iterable[str]) -> None:
    """Purposes of documents come with kinds of documents, and others without. Raises BeyondTheApplication."""
    wanted, kinds = set(purposes), set(document_types)
    unknown = wanted - set(Purpose) or kinds - set(DOCUMENT_TYPES)
    if unknown or not wanted or bool(wanted & set(OF_DOCUMENTS)) != bool(kinds):
        raise BeyondTheApplication


def refuse_beyond(
    wanted: Wanted, *, purposes: Iterable[str], document_types: Iterable[str], today: date
) -> None:
    """A decision grants what was asked for, or less. Raises BeyondTheApplication, OnlyForBanks,
    ExpiryInThePast."""
    refuse_unclear(wanted.purposes, wanted.document_types)
    if not (set(wanted.purposes) <= set(purposes) and set(wanted.document_types) <= set(document_types)):
        raise BeyondTheApplication
    if wanted.kind is not OrganisationKind.BANK and set(wanted.purposes) & set(OF_BANKS):
        raise OnlyForBanks
    if wanted.expires_on is not None and wanted.expires_on < today:
        raise ExpiryInThePast
