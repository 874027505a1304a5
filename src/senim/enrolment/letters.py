"""The letters an applicant gets. None carries a key or a certificate (CA-19.5e).

Those that come after the order carry only a link.
"""

from collections.abc import Iterable
from datetime import datetime

from senim.certification import issuers
from senim.countries.kz import times
from senim.enrolment import numbers as application_numbers
from senim.enrolment.kinds import Kind
from senim.enrolment.lists import centres
from senim.enrolment.models import Application, RevocationRequest
from senim.notices import outbox
from senim.pki.crl import RevocationReason
from senim.settings import settings
from senim.texts import Text, say, speaking

LEFT = Text("enrolment.revocation.left")


def send_number(case: Application, *, own_link: str, at: datetime) -> None:
    """CA-6.P5, CA-7.P5: the application with its unique number."""
    centre = centres()[case.centre]
    with speaking(case.language):
        _send(
            case,
            "reissue" if case.kind == Kind.REISSUE else "number",
            at,
            number=application_numbers.shown(case.number or ""),
            centre=centre.name,
            address=centre.address,
            link=page(case.language, "order/mine", own_link),
        )


def send_card_number(case: Application, *, own_link: str, at: datetime) -> None:
    """CA-9.P7: the notice with the unique number, to somebody who is at the desk."""
    number, link = application_numbers.shown(case.number or ""), page(case.language, "order/mine", own_link)
    _send(case, "card_number", at, number=number, link=link)


def send_reissue_warning(case: Application, *, to: str, at: datetime) -> None:
    """To the address known before, when an application signed with the holder's key names another."""
    _send(case, "reissue_warning", at, to=to, number=application_numbers.shown(case.number or ""))


def send_install_link(case: Application, *, link: str, at: datetime) -> None:
    """CA-6.P11: certificates are issued; the letter carries only the link."""
    _send(case, "issued", at, link=page(case.language, "order/result", link))


def send_refused_link(case: Application, *, link: str, at: datetime) -> None:
    """CA-6.P7, CA-6.P10: refused; the reason is behind the link."""
    _send(case, "refused", at, link=page(case.language, "order/result", link))


def send_withdrawal_link(case: Application, *, link: str, at: datetime) -> None:
    _send(case, "withdrawal", at, link=page(case.language, "order/withdraw", link))


def send_revoked(case: RevocationRequest, *, numbers: Iterable[str], at: datetime) -> None:
    """CA-8.P3a: revoked and published, with serial number, date and reason. Everything in it is public."""
    facts = _of_revocation(numbers, revoked_at=case.applied_at, reason=case.reason)
    letter = "revoked_for_organisation" if case.bin else "revoked"
    if case.bin:
        facts["reason"] = LEFT
    _send_about(case, f"revocation:{case.id}", letter, at, to=case.email, **facts)


def send_taken_back(
    case: RevocationRequest, *, to: str, organisation: str, numbers: Iterable[str], at: datetime
) -> None:
    """To the holder, at once and in their language: an organisation took their certificates back."""
    facts = _of_revocation(numbers, revoked_at=at, reason=case.reason)
    facts |= {"reason": LEFT, "organisation": organisation}
    _write(f"revocation:{case.id}", "taken_back", at, to=to, **facts)


def send_revoked_in_person(
    case: Application, *, numbers: Iterable[str], revoked_at: datetime, at: datetime
) -> None:
    """CA-10.T9: the same, of a request somebody made in person, and where."""
    facts = _of_revocation(numbers, revoked_at=revoked_at, reason=case.revocation_reason)
    facts["centre"] = centres()[case.centre].name
    _send_about(case, f"application:{case.id}", "revoked_in_person", at, to=case.email, **facts)


def reason_text(reason: str) -> Text:
    return Text(f"enrolment.revocation.reason.{RevocationReason(reason).name.lower()}")


def _of_revocation(numbers: Iterable[str], *, revoked_at: datetime, reason: str) -> dict[str, object]:
    return {
        "numbers": "\n".join(numbers),
        "time": times.day_and_hour(revoked_at),
        "reason": reason_text(reason),
        "crl": "\n".join(issuers.complete_lists()),
    }


def page(language: str, path: str, link: str) -> str:
    return f"{settings.portal_origin}/{language}/{path}/{link}/"


def _send(case: Application, letter: str, at: datetime, *, to: str = "", **facts: object) -> None:
    _send_about(case, f"application:{case.id}", letter, at, to=to or case.email, **facts)


def _send_about(
    case: Application | RevocationRequest,
    reference: str,
    letter: str,
    at: datetime,
    *,
    to: str,
    **facts: object,
) -> None:
    with speaking(case.language):
        _write(reference, letter, at, to=to, **facts)


def _write(reference: str, letter: str, at: datetime, *, to: str, **facts: object) -> None:
    outbox.send_mail(
        to=to,
        subject=say(f"enrolment.mail.{letter}.subject", **facts),
        body=say(f"enrolment.mail.{letter}.body", **facts),
        reference=reference,
        at=at,
    )
