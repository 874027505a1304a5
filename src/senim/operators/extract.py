"""A copy of the register on request: to print, with its digest in the journal (CA-15.2b)."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from senim import journal
from senim.countries.kz import times
from senim.operators.register import Line, register
from senim.operators.standing import Operator, refuse_unless_responsible
from senim.operators.steps import name_of
from senim.papers import registers
from senim.texts import language


@dataclass(frozen=True)
class Extract:
    """A PDF in the reader's language. Whoever holds it finds its digest in the journal by its number."""

    number: str
    pdf: bytes
    digest: str


def give(*, by: Operator | None, at: datetime) -> Extract:
    """The register as it stands, without identifiers. Raises NotResponsible."""
    refuse_unless_responsible(by)
    number, who = str(uuid.uuid4()), name_of(by)
    with transaction.atomic():
        lines = register()
        pdf = registers.register(
            language=language(),
            number=number,
            given_by=by.name if by else who,
            lines=[_words(line) for line in lines],
            at=at,
        )
        digest = hashlib.sha256(pdf).hexdigest()
        journal.record(
            verb="operators.give_extract",
            clause="CA-15.2b",
            subject=f"register_extract:{number}",
            actor=who,
            at=at,
            facts={"sha256": digest, "operators": len(lines)},
        )
    return Extract(number, pdf, digest)


def _words(line: Line) -> tuple[str, str, str, str]:
    return line.operator.name, str(line.office), str(line.said), times.day(line.since_at)
