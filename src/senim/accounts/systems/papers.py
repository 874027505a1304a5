"""What is signed: an application, a decision. JSON in a fixed order of members, a line each, for people too.

Keys are named by their thumbprints (RFC 7638), so that a signature binds them and a person can compare them.
"""

import json
from datetime import date

from senim.accounts.models import InformationSystem, SystemApplication
from senim.accounts.systems.keys import thumbprints
from senim.accounts.systems.process import Step
from senim.accounts.systems.wishes import Wanted, Wish

APPLICATION = "senim application of an information system 1"
DECISION = "senim decision on an information system 1"


def application_text(wish: Wish, *, organisation: str) -> bytes:
    return _written(
        kind=APPLICATION,
        asks="change_keys" if wish.system_id else "admit",
        system_id=str(wish.system_id or ""),
        bin=wish.bin,
        organisation=organisation,
        system=wish.name,
        purposes=list(wish.purposes),
        document_types=list(wish.document_types),
        keys=thumbprints(wish.keys),
        contact=[wish.contact_name, wish.contact_email],
    )


def admission_text(case: SystemApplication, wanted: Wanted) -> bytes:
    """The id of the system will be that of the application."""
    return _written(
        kind=DECISION,
        decides=str(Step.ADMIT),
        system_id=str(case.pk),
        bin=case.bin,
        organisation=case.organisation,
        organisation_kind=str(wanted.kind),
        system=case.name,
        purposes=list(wanted.purposes),
        document_types=list(wanted.document_types),
        keys=thumbprints(case.keys),
        until=_day(wanted.expires_on),
    )


def other_keys_text(case: SystemApplication, system: InformationSystem) -> bytes:
    return _written(
        kind=DECISION,
        decides=str(Step.CHANGE_KEYS),
        application=str(case.pk),
        **_system(system),
        keys=thumbprints(case.keys),
    )


def resumption_text(system: InformationSystem) -> bytes:
    """Names the suspension it ends: signed once, it cannot end the next one."""
    return _written(
        kind=DECISION,
        decides=str(Step.RESUME),
        suspended_at=system.state_since_at.isoformat(),
        **_system(system),
        keys=thumbprints(system.keys),
    )


def _system(system: InformationSystem) -> dict[str, object]:
    return {
        "system_id": str(system.pk),
        "bin": system.bin,
        "organisation": system.organisation,
        "organisation_kind": system.kind,
        "system": system.name,
        "purposes": system.purposes,
        "document_types": system.document_types,
        "until": _day(system.expires_on),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _written(**said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=1).encode()
