"""The outbox table. Nothing outside this room reads or writes it."""

import uuid

from django.db import models
from django.db.models import Q


class Channel(models.TextChoices):
    MAIL = "mail"
    SMS = "sms"


class NoticeState(models.TextChoices):
    """``sending`` is committed before a message leaves; ``unknown`` means nobody can tell whether it left."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Notice(models.Model):
    """One message to one recipient. ``sealed`` holds recipient and words under AES-GCM until wiped."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=4, choices=Channel.choices)
    reference = models.CharField(max_length=120)
    dedupe = models.CharField(max_length=64, unique=True, null=True)
    sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=80, blank=True)
    provider_reference = models.CharField(max_length=65, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["reference"]),
            models.Index(
                fields=["provider_reference"], condition=~Q(provider_reference=""), name="notice_by_provider"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending"]) | Q(sealed=None),
                name="settled_notices_are_wiped",
            )
        ]
