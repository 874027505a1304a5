"""What became of a message after it left: the SMSC's delivery receipts."""

from datetime import datetime

from senim.notices.models import Notice, NoticeState

DELIVERED = frozenset({"DELIVRD"})
NOT_SAID = ""
"""The provider of what was sent while there was one only."""
LOST = frozenset({"EXPIRED", "DELETED", "UNDELIV", "REJECTD"})


def note_receipt(*, provider: str, provider_reference: str, stat: str, at: datetime) -> bool:
    """Note a provider's receipt (SMPP 3.4 appendix B). False where no notice has it, perhaps not yet."""
    theirs = Notice.objects.filter(provider__in=[provider, NOT_SAID])
    ours = theirs.filter(provider_reference=provider_reference).exclude(provider_reference="")
    if stat in DELIVERED:
        ours.filter(state=NoticeState.SENT).update(state=NoticeState.DELIVERED, settled_at=at)
    elif stat in LOST:
        ours.filter(state=NoticeState.SENT).update(state=NoticeState.FAILED, problem=stat, settled_at=at)
    return ours.exists()
