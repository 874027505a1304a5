"""The letters an applicant gets. None carries a key or a certificate (CA-19.5e).

Those that come after the order carry only a link.
"""

from datetime import datetime

from senim.enrolment import numbers
from senim.enrolment.lists import centres
from senim.enrolment.models import Application
from senim.notices import outbox
from senim.settings import settings
from senim.texts import say, speaking


def send_number(case: Application, *, own_link: str, at: datetime) -> None:
    """CA-6.P5: the application with its unique number."""
    centre = centres()[case.centre]
    with speaking(case.language):
        _send(
            case,
            "number",
            at,
            number=numbers.shown(case.number or ""),
            centre=centre.name,
            address=centre.address,
            link=page(case.language, "order/mine", own_link),
        )


def send_install_link(case: Application, *, link: str, at: datetime) -> None:
    """CA-6.P11: certificates are issued; the letter carries only the link."""
    _send(case, "issued", at, link=page(case.language, "order/result", link))


def send_refused_link(case: Application, *, link: str, at: datetime) -> None:
    """CA-6.P7, CA-6.P10: refused; the reason is behind the link."""
    _send(case, "refused", at, link=page(case.language, "order/result", link))


def send_withdrawal_link(case: Application, *, link: str, at: datetime) -> None:
    _send(case, "withdrawal", at, link=page(case.language, "order/withdraw", link))


def page(language: str, path: str, link: str) -> str:
    return f"{settings.portal_origin}/{language}/{path}/{link}/"


def _send(case: Application, letter: str, at: datetime, **facts: object) -> None:
    with speaking(case.language):
        outbox.send_mail(
            to=case.email,
            subject=say(f"enrolment.mail.{letter}.subject", **facts),
            body=say(f"enrolment.mail.{letter}.body", **facts),
            reference=f"application:{case.id}",
            at=at,
        )
