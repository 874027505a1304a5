"""What an organisation's cabinet shows, and what is done there: by the role of whoever acts for it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from senim.accounts import AccountId
from senim.accounts.attempts import Attempt, latest
from senim.accounts.models import Organisation, Session
from senim.accounts.organisations.acting import Acting
from senim.accounts.organisations.rights import Deed, may, refuse_unless
from senim.accounts.profiles import names_of
from senim.accounts.session_store import stored
from senim.accounts.sessions import REFERENCE_LENGTH
from senim.countries.kz.identifiers import form_of
from senim.journal import record
from senim.texts import Text, language

HISTORY = 20


@dataclass(frozen=True)
class Inside:
    """Somebody signed in for the organisation. ``reference`` names the session and opens nothing."""

    reference: str
    name: str
    role: str
    started_at: datetime
    here: bool


@dataclass(frozen=True)
class OrganisationProfile:
    """The organisation as the registry states it. What the role may not see is empty."""

    name: str
    bin: str
    form: Text
    status: Text
    stated_at: datetime
    inside: tuple[Inside, ...]
    may_end_sessions: bool
    may_take_back: bool
    may_see_systems: bool
    history: tuple[Attempt, ...] | None


def profile(acting: Acting, *, here: str, at: datetime) -> OrganisationProfile:
    """``here`` is the key of the session that asks."""
    row = Organisation.objects.get(pk=acting.organisation_id)
    sees = may(acting.role, Deed.SEE_HISTORY)
    return OrganisationProfile(
        name=row.names[language()],
        bin=row.bin,
        form=Text(f"accounts.organisation.form.{form_of(row.bin)}"),
        status=Text(f"accounts.organisation.status.{row.status}"),
        stated_at=row.stated_at,
        inside=_inside(acting, here, at) if may(acting.role, Deed.SEE_WHO_IS_INSIDE) else (),
        may_end_sessions=may(acting.role, Deed.END_SESSIONS),
        may_take_back=may(acting.role, Deed.TAKE_BACK_CERTIFICATES),
        may_see_systems=may(acting.role, Deed.SEE_WHAT_SYSTEMS_SAW),
        history=latest(iin=row.bin, at=at, count=HISTORY) if sees else None,
    )


def end_session(acting: Acting, *, by: AccountId, reference: str, at: datetime) -> None:
    """End the session of this reference, if it acts for this organisation; if it does not, it is none.

    Refuses: NotInThisRole.
    """
    refuse_unless(acting.role, Deed.END_SESSIONS)
    theirs = Session.objects.filter(acting_for=acting.organisation_id)
    with transaction.atomic():
        if theirs.filter(session_key__startswith=reference[:REFERENCE_LENGTH]).delete()[0]:
            record(
                verb="accounts.organisations.end_session",
                clause="PT-2.4",
                subject=f"organisation:{acting.organisation_id}",
                actor=f"account:{by}",
                at=at,
            )


def _inside(acting: Acting, here: str, at: datetime) -> tuple[Inside, ...]:
    rows = Session.objects.filter(acting_for=acting.organisation_id, expire_date__gt=at)
    found = list(rows.order_by("-last_seen_at"))
    names = names_of(AccountId(row.account_id) for row in found if row.account_id)
    return tuple(
        Inside(
            reference=row.session_key[:REFERENCE_LENGTH],
            name=names[AccountId(row.account_id)],
            role=row.role,
            started_at=row.started_at,
            here=row.session_key == stored(here),
        )
        for row in found
        if row.account_id
    )
