"""Cases of "this was not me"."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q

from senim.journal.rows import OfRecord


class FreezeCase(models.Model):
    """An account whose holder said that something was not them, walked by ``freezing.process.CASE``.

    Its factors are frozen until ``unfrozen_at``; ``said`` is what was not them, as they read it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=12, unique=True)
    account_id = models.UUIDField(db_index=True)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=20)
    said = models.JSONField()
    opened_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    signature = models.BinaryField(null=True)
    """The holder's detached CMS over the text that unfreezes."""
    unfrozen_at = models.DateTimeField(null=True)

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"], condition=Q(unfrozen_at=None), name="account_is_frozen_once"
            ),
            models.CheckConstraint(
                condition=Q(unfrozen_at=None, signature=None)
                | Q(unfrozen_at__isnull=False, signature__isnull=False),
                name="unfrozen_only_signed",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, answer__gt=""),
                name="answers_say_whose",
            ),
        ]


FROZEN = Exists(FreezeCase.objects.filter(account_id=OuterRef("pk"), unfrozen_at=None))
"""Of an account, in whatever statement asks for it: whether it is frozen takes no statement of its own."""
IS_FROZEN = """EXISTS (
    SELECT FROM accounts_freezecase AS it WHERE it.account_id = account.id AND it.unfrozen_at IS NULL)"""
"""The same, for statements that are spelled out, of their ``account``."""
