"""The reviewed file of a ceremony, as read."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from senim.certification.facts import SubjectFacts
from senim.certification.profiles import UnknownProfile, profile
from senim.pki.keys import KeyAlgorithm


class PlanWrong(ValueError):
    """The file cannot be carried out; the message says what to mend."""


@dataclass(frozen=True)
class ServicePlan:
    """An authority or a responder: its key is kept under the passphrase of this name."""

    label: str
    profile: str
    facts: SubjectFacts
    algorithm: KeyAlgorithm
    secret: str = ""


@dataclass(frozen=True)
class HolderPlan:
    """Somebody who gets a key file: one key and certificate for each profile.

    Certificates of the profiles in ``ended`` hold for a second: whoever builds a validator needs one.
    """

    slug: str
    facts: SubjectFacts
    profiles: tuple[str, ...]
    folder: str
    ended: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The whole ceremony. Raises PlanWrong where the file lacks something."""

    root: ServicePlan
    root_crl_valid_for: timedelta
    issuing: ServicePlan
    services: tuple[ServicePlan, ...]
    journal_secret: str
    holders: tuple[HolderPlan, ...] = field(default=())
    sandbox: bool = False
    """Everything signed under this root carries the mark of a sandbox, which production refuses."""

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        try:
            return cls(
                root=_service({**said["root"], "label": "root", "profile": "root"}),
                root_crl_valid_for=timedelta(days=said["root"]["crl_valid_days"]),
                issuing=_service({**said["issuing"], "label": "issuing", "profile": "issuing"}),
                services=tuple(map(_service, said.get("services", ()))),
                journal_secret=said["journal"]["secret"],
                holders=(*map(_body, said.get("bodies", ())), *map(_person, said.get("people", ()))),
                sandbox=bool(said.get("sandbox", False)),
            )
        except (KeyError, TypeError, ValueError, UnknownProfile) as wrong:
            raise PlanWrong(f"the ceremony's file: {wrong!r}") from wrong


def read(file: Path) -> Plan:
    """Raises PlanWrong, OSError."""
    try:
        return Plan.of(tomllib.loads(file.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as wrong:
        raise PlanWrong(f"{file}: {wrong}") from wrong


def _service(said: dict[str, Any]) -> ServicePlan:
    return ServicePlan(
        label=said["label"],
        profile=profile(said["profile"]).name,
        facts=SubjectFacts(common_name=said["common_name"], organisation=said["organisation"]),
        algorithm=KeyAlgorithm(said["algorithm"]),
        secret=said.get("secret", ""),
    )


def _body(said: dict[str, Any]) -> HolderPlan:
    facts = SubjectFacts(organisation=said["organisation"], bin=said["bin"])
    return HolderPlan(said["slug"], facts, (profile(said["profile"]).name,), folder="")


def _person(said: dict[str, Any]) -> HolderPlan:
    names = ("iin", "surname", "given_name", "patronymic", "email", "organisation", "bin")
    facts = SubjectFacts(**{name: said.get(name, "") for name in names})
    profiles, ended = (_profiles(said.get(name, ())) for name in ("profiles", "ended"))
    return HolderPlan(said["slug"], facts, profiles, folder="people", ended=ended)


def _profiles(named: Iterable[str]) -> tuple[str, ...]:
    return tuple(profile(name).name for name in named)
