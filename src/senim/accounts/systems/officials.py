"""Who decides for the authorised body for informatization: named in a register, and by certificate.

A certificate alone is not enough: it says that somebody may sign for the body, not that this is their matter.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NewType
from uuid import UUID

from django.db import transaction

from senim import validation
from senim.accounts.models import AuthorisedBodyOfficial
from senim.accounts.systems.refusals import DecisionNotSigned, NotAnOfficial
from senim.countries.kz import roles
from senim.identifiers import parse
from senim.journal import record
from senim.texts import Text
from senim.validation import Signer

OfficialId = NewType("OfficialId", UUID)
MAY_SIGN = frozenset({roles.FIRST_HEAD, "right_to_sign"})
"""Roles in which a person's signature is their organisation's: of officials and of applicants alike."""


@dataclass(frozen=True)
class Official:
    id: OfficialId
    iin: str
    bin: str
    name: str

    @property
    def reference(self) -> str:
        return f"official:{self.id}"


def official_of(iin: str) -> Official | None:
    """The official of this IIN, if they are one now."""
    row = AuthorisedBodyOfficial.objects.filter(iin=iin, ended_at=None).first()
    return _facts(row) if row else None


def refuse_at_the_door(signer: Signer) -> None:
    """Whoever signs in with a certificate of an organisation. Raises NotAnOfficial."""
    official = official_of(signer.iin)
    if official is None or signer.bin != official.bin or roles.ROLE_OF.get(signer.profile) not in MAY_SIGN:
        raise NotAnOfficial


def check_decision(*, document: bytes, signature: bytes, official: Official, at: datetime) -> None:
    """Before the transaction. Raises NotAnOfficial, DecisionNotSigned."""
    if official_of(official.iin) != official:
        raise NotAnOfficial
    report = validation.check(cms=signature, content=document, at=at)
    if not report.passed or report.signer is None:
        raise DecisionNotSigned(why=report.problem or Text("accounts.systems.signature_problem"))
    signer = report.signer
    own = (signer.iin, signer.bin) == (official.iin, official.bin)
    if not own or signer.profile not in roles.SIGNING or roles.ROLE_OF[signer.profile] not in MAY_SIGN:
        raise DecisionNotSigned(why=Text("accounts.systems.signature_of_another"))


def appoint(*, iin: str, bin: str, name: str, by: str, at: datetime) -> Official:  # noqa: A002
    """Have this person decide for the body of this BIN. Raises WrongIdentifier."""
    said = {"bin": parse(bin).number, "name": name, "ended_at": None}
    with transaction.atomic():
        row, _ = AuthorisedBodyOfficial.objects.update_or_create(
            iin=parse(iin).number, defaults=said, create_defaults={**said, "appointed_at": at}
        )
        record(
            verb="accounts.systems.appoint",
            clause="DD-4a",
            subject=f"official:{row.pk}",
            actor=by,
            at=at,
            changed=[row],
        )
    return _facts(row)


def dismiss(*, iin: str, by: str, at: datetime) -> None:
    """From now on this person decides nothing. Raises NotAnOfficial."""
    with transaction.atomic():
        row = AuthorisedBodyOfficial.objects.select_for_update().filter(iin=iin, ended_at=None).first()
        if row is None:
            raise NotAnOfficial
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        record(
            verb="accounts.systems.dismiss",
            clause="DD-4a",
            subject=f"official:{row.pk}",
            actor=by,
            at=at,
            changed=[row],
        )


def appoint_from_ceremony(path: Path, *, at: datetime) -> None:
    """Appoint whom the ceremony's file says to be of the authorised body; once each."""
    people = tomllib.loads(path.read_text(encoding="utf-8")).get("people", [])
    for person in (each for each in people if each.get("authorised_body")):
        if not AuthorisedBodyOfficial.objects.filter(iin=person["iin"]).exists():
            name = " ".join(filter(None, (person["surname"], person["given_name"], person.get("patronymic"))))
            appoint(iin=person["iin"], bin=person["bin"], name=name, by="ceremony", at=at)


def _facts(row: AuthorisedBodyOfficial) -> Official:
    return Official(OfficialId(row.pk), row.iin, row.bin, row.name)
