"""Letters about operators: to the letter's executor, to the direct head, to the provider's responsible staff.

None carries a key or a certificate (CA-19.5e).
"""

from datetime import datetime

from senim.countries.kz import times
from senim.notices import outbox
from senim.operators.centres import centres
from senim.operators.models import OperatorApplication, RegistrationAuthorityOperator, Violation
from senim.operators.process import ACTIVE
from senim.settings import settings
from senim.texts import say, speaking


def tell_of_loss(row: RegistrationAuthorityOperator, *, at: datetime) -> int:
    """CA-19.5c: the direct head and the responsible staff; how many letters."""
    to = {row.head_email, *_responsible()} - {"", row.email}
    for address in sorted(to):
        _send(row, "lost", to=address, at=at, reference=f"operator:{row.id}")
    return len(to)


def tell_of_violation(violation: Violation, *, at: datetime) -> int:
    """CA-15.2c: what was found goes to the operator's head; 0 where no address is known."""
    row = violation.operator
    if not row.head_email:
        return 0
    facts = {"found_on": times.day(violation.found_on), "said": violation.said}
    _send(row, "violation", to=row.head_email, at=at, reference=f"violation:{violation.id}", **facts)
    return 1


def tell_of_use_elsewhere(violation: Violation, *, at: datetime) -> int:
    """CA-19.5a: the direct head, the responsible staff, and the operator: perhaps it was somebody else."""
    row = violation.operator
    facts = {"found_on": times.day(violation.found_on), "said": violation.said}
    to = {row.head_email, row.email, *_responsible()} - {""}
    for address in sorted(to):
        _send(row, "violation", to=address, at=at, reference=f"violation:{violation.id}", **facts)
    return len(to)


def tell_the_executor(application: OperatorApplication, *, outcome: str, reason: str, at: datetime) -> None:
    """CA-15.1d: certificates are issued, or why not. ``outcome`` is issued or refused."""
    with speaking(application.language):
        outbox.send_mail(
            to=application.executor_email,
            subject=say(f"operators.mail.{outcome}.subject"),
            body=say(
                f"operators.mail.{outcome}.body",
                executor=application.executor_name,
                number=application.letter_number,
                dated=times.day(application.letter_dated_on),
                reason=reason,
                link=f"{settings.desk_origin}/{application.language}/operators/",
            ),
            reference=f"operator_application:{application.id}",
            at=at,
        )


def _responsible() -> list[str]:
    staff = RegistrationAuthorityOperator.objects.filter(responsible=True, state__in=sorted(ACTIVE))
    return list(staff.values_list("email", flat=True))


def _send(
    row: RegistrationAuthorityOperator, letter: str, *, to: str, at: datetime, reference: str, **facts: object
) -> None:
    with speaking(row.language):
        outbox.send_mail(
            to=to,
            subject=say(f"operators.mail.{letter}.subject"),
            body=say(
                f"operators.mail.{letter}.body",
                name=row.name,
                office=centres()[row.office].name if row.office in centres() else row.office,
                time=times.day_and_hour(at),
                link=f"{settings.desk_origin}/{row.language}/operators/{row.id}/",
                **facts,
            ),
            reference=reference,
            at=at,
        )
