"""Key files of the sandbox's people and of the state body that owns the data.

Real people make their keys themselves; these are for trying the platform out, with printed passwords.
"""

import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from senim.certification.ceremony.certify import Log, certify, known, write_whole
from senim.certification.ceremony.key_files import Entry, write
from senim.certification.ceremony.plan import HolderPlan
from senim.certification.issuance import Authority
from senim.countries.kz import names
from senim.pki.keys import KeyAlgorithm, generate
from senim.settings import settings

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
PASSWORD_CHARACTERS = 10
ENDED_AFTER = timedelta(seconds=1)


def make_key_files(
    holders: tuple[HolderPlan, ...], issuing: Authority, *, chain: tuple[bytes, ...], at: datetime, log: Log
) -> dict[str, str]:
    """Passwords by slug, of everybody in ``people``; they are in ``passwords.json`` before any file is."""
    folder = settings.home / "sandbox"
    people = [holder for holder in holders if holder.folder == "people"]
    passwords = _passwords(folder / "people" / "passwords.json", people)
    for holder in holders:
        if holder.folder == "people":
            password = passwords[holder.slug]["password"]
        else:
            password = _body_password(folder / f"{holder.slug}.password")
        _make(folder / holder.folder, holder, issuing, password=password, chain=chain, at=at, log=log)
        for profile_name in holder.ended:
            _make_ended(holder, profile_name, issuing, at=at, log=log)
    return {slug: said["password"] for slug, said in passwords.items()}


def _passwords(file: Path, people: list[HolderPlan]) -> dict[str, dict[str, str]]:
    if not people:
        return {}
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for person in people:
        facts = person.facts
        known.setdefault(
            person.slug,
            {
                "name": names.in_full(facts),
                "iin": facts.iin,
                "profiles": " ".join(person.profiles),
                "file": f"{person.slug}.p12",
                "password": new_password(),
            },
        )
    write_whole(file, json.dumps(known, ensure_ascii=False, indent=2).encode(), private=True)
    return dict(known)


def _body_password(file: Path) -> str:
    if not file.exists():
        write_whole(file, new_password().encode(), private=True)
    return file.read_text(encoding="utf-8").strip()


def new_password() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_CHARACTERS))


def _make(
    folder: Path,
    holder: HolderPlan,
    issuing: Authority,
    *,
    password: str,
    chain: tuple[bytes, ...],
    at: datetime,
    log: Log,
) -> None:
    file = folder / f"{holder.slug}.p12"
    if file.exists():
        for profile_name in holder.profiles:
            known(label_of(holder, profile_name), profile_name=profile_name, facts=holder.facts)
        return
    entries = [_entry(holder, profile_name, issuing, at=at, log=log) for profile_name in holder.profiles]
    for entry in entries if len(entries) > 1 else ():
        alone = write([entry], chain=chain, password=password)
        write_whole(folder / f"{holder.slug}-{entry.name}.p12", alone, private=True)
    write_whole(file, write(entries, chain=chain, password=password), private=True)


def _entry(holder: HolderPlan, profile_name: str, issuing: Authority, *, at: datetime, log: Log) -> Entry:
    key = generate(KeyAlgorithm.P256)
    der = certify(
        issuing,
        label=label_of(holder, profile_name),
        profile_name=profile_name,
        facts=holder.facts,
        public_key=key.public_key(),
        at=at,
        log=log,
    )
    return Entry("auth" if profile_name.endswith("_auth") else "sign", key, der)


def _make_ended(holder: HolderPlan, profile_name: str, issuing: Authority, *, at: datetime, log: Log) -> None:
    """Nobody keeps its key: it could sign for a second."""
    label = label_of_ended(holder, profile_name)
    before = known(label, profile_name=profile_name, facts=holder.facts)
    if before is None or before.der is None:
        certify(
            issuing,
            label=label,
            profile_name=profile_name,
            facts=holder.facts,
            public_key=generate(KeyAlgorithm.P256).public_key(),
            at=at,
            log=log,
            valid_for=ENDED_AFTER,
        )


def label_of(holder: HolderPlan, profile_name: str) -> str:
    return f"{holder.slug}-{profile_name}"


def label_of_ended(holder: HolderPlan, profile_name: str) -> str:
    return f"{label_of(holder, profile_name)}-ended"
