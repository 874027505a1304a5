"""Another term for a responder: the same key, a new certificate beside the old one.

The old one stays good until its own end, for what was signed with it is still being checked. Responders take
the new one up without a restart; it is put in its place only once its serial number is published.
"""

import time
from datetime import datetime

from django.utils import timezone

from senim.certification import publication
from senim.certification.ceremony import authorities
from senim.certification.ceremony.certify import certificate_path, record_and_issue, write_whole
from senim.certification.ceremony.plan import Plan, PlanWrong, ServicePlan
from senim.certification.ceremony.root_key import RootKeyNeeded
from senim.certification.issuance import Authority, prepare
from senim.certification.models import Certificate
from senim.certification.profiles import profile
from senim.pki.certificates import new_serial_number

WORKER_PUBLISHES_WITHIN_SECONDS = 5.0
LOOK_EVERY_SECONDS = 0.2


def renew(plan: Plan, label: str, *, at: datetime) -> bytes:
    """The new certificate, DER. Raises PlanWrong, RootKeyNeeded, keys.UNUSABLE, publication.FilesAhead."""
    publication.refuse_if_files_are_ahead()
    service = _service(plan, label)
    issuing = authorities.certified_before(plan)
    if issuing is None:
        raise RootKeyNeeded("there is no issuing authority yet: `senim ca init` makes one")
    key = authorities.online_key(service)
    prepared = prepare(
        issuing,
        profile=profile(service.profile),
        facts=service.facts,
        public_key=key.public_key(),
        serial_number=new_serial_number(),
        at=at,
    )
    der = record_and_issue(issuing, prepared, label=label, at=at)
    _see_it_published(issuing, label)
    write_whole(certificate_path(label), der)
    return der


def _service(plan: Plan, label: str) -> ServicePlan:
    found = next((each for each in plan.services if each.label == label), None)
    if found is None:
        raise PlanWrong(f"the ceremony's file names no service {label}")
    return found


def _see_it_published(issuing: Authority, label: str) -> None:
    """By the authority's own process where it runs; here where it does not."""
    until = time.monotonic() + WORKER_PUBLISHES_WITHIN_SECONDS
    while time.monotonic() < until:
        if Certificate.objects.filter(label=label, published_in__isnull=False).exists():
            return
        time.sleep(LOOK_EVERY_SECONDS)
    publication.publish(issuing, at=timezone.now())
