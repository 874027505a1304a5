"""End what has run out, and forget what nobody needs: tokens, codes, unanswered claims.

Grants and marks stay: they are what both cabinets show (DD-18b) and what a dispute is settled by.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from senim.documents.access import close_overdue
from senim.documents.models import Claim, QrToken, SpentCode
from senim.documents.views import end_overdue
from senim.journal import record
from senim.settings import settings

AT_MOST = 500


@dataclass(frozen=True)
class Swept:
    """How many accesses and looks ended, and how many tokens, claims and spent codes were forgotten."""

    closed: int
    ended: int
    tokens: int
    claims: int
    codes: int


def sweep(*, at: datetime) -> Swept:
    """One turn. A claim is kept as long as it counts against its viewer, and longer for disputes."""
    with transaction.atomic():
        old_tokens = QrToken.objects.filter(expires_at__lt=at - settings.qr_tokens_kept)
        old_claims = Claim.objects.filter(made_at__lt=at - settings.claims_kept)
        old_codes = SpentCode.objects.filter(quarantined_until__lt=at)
        swept = Swept(
            closed=close_overdue(at=at, at_most=AT_MOST),
            ended=end_overdue(at=at, at_most=AT_MOST),
            tokens=old_tokens.delete()[0],
            claims=old_claims.delete()[0],
            codes=old_codes.delete()[0],
        )
        if any(asdict(swept).values()):
            record(
                verb="documents.sweep",
                clause="DD-15",
                subject="documents:sweep",
                actor="process:documents",
                at=at,
                facts=asdict(swept),
            )
    return swept
