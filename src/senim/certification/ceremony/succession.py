"""The next issuing authority: a new key under the same root; nothing that was issued before has to change.

The root certifies the new key, the new authority certifies the status responder's key, that certificate is
published, and only then the authority's own file is put in its place: from that moment the authority's
process issues with it and the responders answer for it. Cut off in between, the same command goes on.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from senim.certification import issuers, publication
from senim.certification.ceremony import authorities, root_key
from senim.certification.ceremony.certify import Log, certificate_path, certified, certify, write_whole
from senim.certification.ceremony.plan import Plan, ServicePlan
from senim.certification.ceremony.publishing import see_it_published
from senim.certification.certificates import certificate_file
from senim.certification.issuance import Authority
from senim.pki.keys import FileKeyStore
from senim.settings import KeyPlace, settings


def succeed(plan: Plan, *, root_passphrase: str | None, at: datetime) -> bytes:
    """The new authority's certificate, DER.

    Raises root_key.RootKeyNeeded, PlanWrong, keys.UNUSABLE, publication.FilesAhead.
    """
    publication.refuse_if_files_are_ahead()
    present = authorities.certified_before(plan)
    if present is None:
        raise root_key.RootKeyNeeded("there is no issuing authority yet: `senim ca init` makes one")
    root = _root(root_passphrase)
    label = issuers.next_after(present.issuer.label)
    own = _plan_of(plan, label)
    key = authorities.made_or_opened(own)
    _give_like(issuers.FIRST, label)
    der = certified(
        root,
        label=label,
        profile_name=own.profile,
        facts=own.facts,
        public_key=key.public_key(),
        at=at,
        log=Log(),
    )
    _let_answer(plan, Authority.of(label, certificate=der, key=key), present, at=at)
    write_whole(certificate_path(label), der)
    return der


def later_ones(plan: Plan) -> Iterator[ServicePlan]:
    """The authorities after the first, and what answers for them."""
    responder = authorities.service_of(plan, issuers.DELEGATE)
    for label in issuers.ours()[1:]:
        yield _plan_of(plan, label)
        yield replace(responder, label=issuers.delegate_of(label))


def _root(passphrase: str | None) -> Authority:
    key = FileKeyStore(settings.root).open(root_key.LABEL, passphrase=root_key.passphrase(passphrase))
    return Authority.of(root_key.LABEL, certificate=certificate_file(root_key.LABEL), key=key)


def _plan_of(plan: Plan, label: str) -> ServicePlan:
    """Another name, so that nobody takes one authority's lists for the other's."""
    name = f"{plan.issuing.facts.common_name} {issuers.number_of(label)}"
    return replace(plan.issuing, label=label, facts=replace(plan.issuing.facts, common_name=name))


def _let_answer(plan: Plan, successor: Authority, present: Authority, *, at: datetime) -> None:
    """Answers for what an authority issued are signed under a certificate of that authority (RFC 6960)."""
    responder = authorities.service_of(plan, issuers.DELEGATE)
    label = issuers.delegate_of(successor.issuer.label)
    certify(
        successor,
        label=label,
        profile_name=responder.profile,
        facts=responder.facts,
        public_key=authorities.online_key(responder).public_key(),
        at=at,
        log=Log(),
    )
    see_it_published(present, label)


def _give_like(earlier: str, label: str) -> None:
    """Where processes have user ids of their own, the key's file belongs to whom the earlier one does."""
    if settings.keys is KeyPlace.FILES and os.geteuid() == 0:
        place, like = settings.home / "keys" / f"{label}.key", settings.home / "keys" / f"{earlier}.key"
        os.chown(place, like.stat().st_uid, like.stat().st_gid)
        place.parent.chmod(0o710)  # whoever keeps a key closes the folder to all others
