"""Letters to a system's contact: what was decided, and where to go on. None carries a key."""

from datetime import datetime

from senim.accounts.models import InformationSystem, SystemApplication
from senim.accounts.systems.process import Step
from senim.notices.outbox import send_mail
from senim.settings import settings
from senim.texts import Text, say, speaking


def tell_system(system: InformationSystem, step: Step, *, at: datetime, reason: str = "") -> None:
    with speaking(system.language):
        what = Text(f"accounts.systems.mail.{step}", reason=reason)
        _send(system, what, client_id=str(system.pk), reference=f"system:{system.pk}", at=at)


def tell_applicant(case: SystemApplication, *, reason: str, at: datetime) -> None:
    with speaking(case.language):
        what = Text("accounts.systems.mail.refuse", reason=reason)
        _send(case, what, client_id="–", reference=f"system_application:{case.pk}", at=at)


def _send(
    about: InformationSystem | SystemApplication, what: Text, *, client_id: str, reference: str, at: datetime
) -> None:
    send_mail(
        to=about.contact_email,
        subject=say("accounts.systems.mail.subject", system=about.name),
        body=say(
            "accounts.systems.mail.body",
            name=about.contact_name,
            system=about.name,
            organisation=about.organisation,
            what=what,
            client_id=client_id,
            address=settings.partners_origin,
        ),
        reference=reference,
        at=at,
    )
