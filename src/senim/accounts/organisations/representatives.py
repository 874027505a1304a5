"""Whose number a BIN may be signed in with (PT-4.3).

Only individuals connect numbers (PH-3), so with a BIN the number is a representative's: of somebody who holds
a valid certificate for signing in for that organisation, and whose own connected number it is. Whatever is
wrong, the same three statements are asked.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Subquery

from senim.accounts import AccountId
from senim.accounts.models import FROZEN, Account, Organisation, SubscriberNumber
from senim.accounts.organisations import OrganisationId
from senim.accounts.organisations.acting import Acting
from senim.accounts.organisations.mandates import ACTIVE
from senim.certification.certificates import good_for_organisation
from senim.certification.facts import CertificateFacts
from senim.countries.kz import roles


@dataclass(frozen=True)
class Found:
    """``iin`` is of whoever has this number, also where they do not represent; empty where nobody has it."""

    iin: str
    account_id: AccountId | None = None
    acting: Acting | None = None
    since: datetime | None = None
    is_frozen: bool = False


def representative(*, bin: str, number: str, at: datetime) -> Found:  # noqa: A002 - the country's own word
    """The representative of this organisation with this connected number, if there is one."""
    connected = SubscriberNumber.objects.filter(number=number, released_at=None)
    holders = Account.objects.filter(pk__in=connected.values("account_id"))
    since = Subquery(connected.values("connected_at")[:1])
    holder = holders.values_list("pk", "iin", FROZEN, since).first()
    account_id, iin, is_frozen, connected_at = holder or (None, "", False, None)
    organisation = Organisation.objects.filter(bin=bin).first()
    held = [one for one in good_for_organisation(iin=iin, bin=bin, at=at) if one.profile in roles.SIGNING_IN]
    if account_id is None or organisation is None or organisation.status != ACTIVE or not held:
        return Found(iin, since=connected_at)
    if is_frozen:
        return Found(iin, since=connected_at, is_frozen=True)
    widest = min(held, key=_width)
    acting = Acting(
        OrganisationId(organisation.pk),
        bin,
        organisation.names,
        roles.ROLE_OF[widest.profile],
        widest.serial_number,
        widest.not_after,
    )
    return Found(iin, AccountId(account_id), acting, connected_at)


def _width(certificate: CertificateFacts) -> int:
    """Roles are listed the widest first."""
    return roles.ROLES.index(roles.ROLE_OF[certificate.profile])
