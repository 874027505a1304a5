"""The tables of notices. Nothing outside this room reads or writes them."""

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
    provider = models.CharField(max_length=20, blank=True, db_default="")
    """Whose centre took an SMS."""
    in_doubt_with = models.CharField(max_length=20, blank=True, db_default="")
    """Which provider may have it already, and is not given it again."""
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
            models.Index(fields=["sent_at"], condition=~Q(provider=""), name="sms_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending"]) | Q(sealed=None),
                name="settled_notices_are_wiped",
            )
        ]


class SmsProvider(models.Model):
    """How a provider of SMS is doing, by its name in the settings; no row means well. See ``weights``."""

    name = models.CharField(primary_key=True, max_length=20)
    weight = models.PositiveSmallIntegerField(null=True)
    """What the last step down left of its share."""
    stepped_at = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=80, blank=True)
    looked_at = models.DateTimeField(null=True)
    """When it was last looked whether its messages are late."""
