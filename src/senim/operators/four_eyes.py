"""Four eyes: nobody confirms for a registered relative, unless a second operator signs for it as well.

The same where the register of civil status does not say whose relative the applicant is.
"""

import hashlib
import json
from datetime import datetime
from typing import ClassVar

from django.db.models import Model

from senim import validation
from senim.errors import Refused, Unavailable
from senim.operators.models import Countersignature
from senim.operators.standing import OPERATOR_PROFILE, Operator
from senim.registries.relatives import RegistryAnswerInvalid, RegistryUnavailable, relatives
from senim.texts import Text

KIND = "senim countersignature 1"


class RelativesApplication(Refused):
    """The applicant is registered as this operator's relative."""

    clause: ClassVar[str] = "CA-6.C2"


class RelationsUnknown(Unavailable):
    """The register of civil status gives no answer one can use."""

    clause: ClassVar[str] = "CA-6.C2"


class OneOperatorTwice(Refused):
    """The second signature is another operator's, or it is no second one."""

    clause: ClassVar[str] = "CA-6.C2"


class CountersignatureNotValid(Refused):
    """Not this operator's signature over this text, by an operator's certificate; ``why`` is validation's."""

    clause: ClassVar[str] = "CA-6.P9"


def refuse_relatives(*, operator: Operator, applicant_iin: str, case: str, at: datetime) -> None:
    """Asks the network: before the transaction. Raises RelativesApplication, RelationsUnknown."""
    if Countersignature.objects.filter(case=case, confirmed_by_id=operator.id).exists():
        return
    if is_relative(operator=operator, applicant_iin=applicant_iin, at=at):
        raise RelativesApplication


def is_relative(*, operator: Operator, applicant_iin: str, at: datetime) -> bool:
    """Raises RelationsUnknown."""
    try:
        return operator.iin in relatives(iin=applicant_iin, at=at).iins
    except (RegistryUnavailable, RegistryAnswerInvalid) as silent:
        raise RelationsUnknown from silent


def text_to_countersign(*, case: str, order: bytes, confirmed_by: Operator, operator: Operator) -> bytes:
    """What the second operator signs: sorted JSON, the first one's order by its SHA-256."""
    said = {
        "kind": KIND,
        "case": case,
        "order": hashlib.sha256(order).hexdigest(),
        "confirmed_by": confirmed_by.iin,
        "countersigned_by": operator.iin,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def check_countersignature(
    *, document: bytes, signature: bytes, confirmed_by: Operator, operator: Operator, at: datetime
) -> None:
    """Before the transaction. Raises OneOperatorTwice, CountersignatureNotValid."""
    if operator.id == confirmed_by.id:
        raise OneOperatorTwice
    report = validation.check(cms=signature, content=document, at=at)
    if not report.passed or report.signer is None:
        raise CountersignatureNotValid(why=report.problem or Text("operators.countersignature_problem"))
    if (report.signer.iin, report.signer.profile) != (operator.iin, OPERATOR_PROFILE):
        raise CountersignatureNotValid(why=Text("operators.countersignature_of_another"))


def put_on_record(
    *, case: str, document: bytes, signature: bytes, confirmed_by: Operator, operator: Operator, at: datetime
) -> list[Model]:
    """In the caller's transaction; the rows its record names. A second one for the same changes nothing."""
    row, new = Countersignature.objects.get_or_create(
        case=case,
        confirmed_by_id=confirmed_by.id,
        defaults={
            "operator_id": operator.id,
            "document": document,
            "signature": signature,
            "signed_at": at,
        },
    )
    return [row] if new else []
