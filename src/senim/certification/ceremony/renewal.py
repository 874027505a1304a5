"""Another term for a responder: the same key, a new certificate beside the old one.

The old one stays good until its own end, for what was signed with it is still being checked. Responders take
the new one up without a restart; it is put in its place only once its serial number is published. For status
answers each issuing authority gives a certificate of its own.
"""

from datetime import datetime

from senim.certification import issuers, publication
from senim.certification.ceremony import authorities
from senim.certification.ceremony.certify import certificate_path, record_and_issue, write_whole
from senim.certification.ceremony.plan import Plan, ServicePlan
from senim.certification.ceremony.publishing import see_it_published
from senim.certification.ceremony.root_key import RootKeyNeeded
from senim.certification.issuance import Authority, prepare
from senim.certification.profiles import profile
from senim.pki.certificates import new_serial_number


def renew(plan: Plan, label: str, *, at: datetime) -> bytes:
    """The new certificate, DER; of several the newest authority's.

    Raises PlanWrong, RootKeyNeeded, keys.UNUSABLE, publication.FilesAhead.
    """
    publication.refuse_if_files_are_ahead()
    service = authorities.service_of(plan, label)
    present = authorities.certified_before(plan)
    if present is None:
        raise RootKeyNeeded("there is no issuing authority yet: `senim ca init` makes one")
    if label != issuers.DELEGATE:
        return _renewed(service, label, by=present, present=present, at=at)
    for each in (*present.before, present):
        if each.issuer.not_after > at:
            own = issuers.delegate_of(each.issuer.label)
            der = _renewed(service, own, by=each, present=present, at=at)
    return der


def _renewed(service: ServicePlan, label: str, *, by: Authority, present: Authority, at: datetime) -> bytes:
    prepared = prepare(
        by,
        profile=profile(service.profile),
        facts=service.facts,
        public_key=authorities.online_key(service).public_key(),
        serial_number=new_serial_number(),
        at=at,
    )
    der = record_and_issue(by, prepared, label=label, at=at)
    see_it_published(present, label)
    write_whole(certificate_path(label), der)
    return der
