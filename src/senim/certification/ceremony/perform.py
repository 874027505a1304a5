"""The ceremony from beginning to end; whatever is there already is left alone."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from senim.certification import publication
from senim.certification.ceremony import authorities, root_key, root_list
from senim.certification.ceremony.certify import ACTOR, CLAUSE, Log, certificate_path, known
from senim.certification.ceremony.holders import label_of, label_of_ended, make_key_files
from senim.certification.ceremony.plan import Plan
from senim.certification.ceremony.succession import later_ones
from senim.certification.certificates import certificate_file
from senim.certification.issuance import Authority
from senim.journal import record

LOCK = 0x53454E494D03


@dataclass(frozen=True)
class Performed:
    """What this run made (nothing, where all was there), and the passwords of the sandbox's key files."""

    made: tuple[str, ...]
    passwords: dict[str, str]


def perform(plan: Plan, *, at: datetime, root_passphrase: str | None = None) -> Performed:
    """Carry out the plan, or what of it is missing. Raises publication.FilesAhead, keys.WrongPassphrase.

    Without a passphrase for the root key one is made, and waits for ``root_key.hand_over``. Not one
    transaction: keys are files. Each certificate is recorded before it is signed, and a key without its
    certificate is found again at the next run.
    """
    publication.refuse_if_files_are_ahead()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            return _perform(plan, root_passphrase, at=at)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _perform(plan: Plan, root_passphrase: str | None, *, at: datetime) -> Performed:
    log = Log()
    authorities.journal_key(plan.journal_secret, log=log)
    issuing = authorities.certified_before(plan) or _certified_now(plan, root_passphrase, at=at, log=log)
    for service in plan.services:
        authorities.service(service, issuing, at=at, log=log)
    chain = (certificate_file("issuing"), certificate_file("root"))
    passwords = make_key_files(plan.holders, issuing, chain=chain, at=at, log=log)
    publication.publish(issuing, at=at)
    certificate_path("ceremony").with_suffix(".done").touch()
    if log.made:
        facts = {"made": len(log.made)}  # labels name people; each certificate has a record of its own
        record(verb="ceremony.perform", clause=CLAUSE, subject="ceremony", at=at, actor=ACTOR, facts=facts)
    return Performed(tuple(log.made), passwords)


def _certified_now(plan: Plan, root_passphrase: str | None, *, at: datetime, log: Log) -> Authority:
    passphrase = root_key.passphrase(root_passphrase)
    root = authorities.root_authority(plan, passphrase=passphrase, at=at, log=log)
    issuing = authorities.issuing_authority(plan, root, at=at, log=log)
    root_list.first(root, valid_for=plan.root_crl_valid_for, at=at, log=log)
    return issuing


def adopt(plan: Plan) -> None:
    """Record what an earlier ceremony made and the database does not know; opens no key and makes nothing."""
    for own in (plan.root, plan.issuing, *plan.services, *later_ones(plan)):
        known(own.label, profile_name=own.profile, facts=own.facts)
    for holder in plan.holders:
        for profile_name in holder.profiles:
            label = label_of(holder, profile_name)
            known(label, profile_name=profile_name, facts=holder.facts)
        for profile_name in holder.ended:
            label = label_of_ended(holder, profile_name)
            known(label, profile_name=profile_name, facts=holder.facts)
