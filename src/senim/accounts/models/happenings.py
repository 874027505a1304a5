"""What happened about an account: attempts, what is counted, what its holder is told."""

import uuid

from django.db import models


class SignInAttempt(models.Model):
    """Somebody tried to sign in with an identifier, known here or not: ``whose`` stands for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    whose = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    method = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["whose", "-at"], name="attempts_of_somebody"),
            models.Index(fields=["at"], name="attempts_by_age"),
        ]


class SendCounter(models.Model):
    """How many codes went to one number, account, network or the whole country in one window of time.

    Guesses at passwords are counted here too: the kind says what is counted.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    window_started_at = models.DateTimeField()
    sent = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "window_started_at"], name="one_counter")
        ]


class TimelineEntry(models.Model):
    """Something an account's holder is told in the cabinet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField()
    at = models.DateTimeField()
    text_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, db_default="factor")
    outcome = models.CharField(max_length=20, db_default="done")
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["account_id", "-at"])]


class RegistryRead(models.Model):
    """Somebody asked a state registry about the holder of this IIN: which, who, and on what ground."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    iin = models.CharField(max_length=12)
    registry = models.CharField(max_length=20)
    asked_by = models.CharField(max_length=20)
    who = models.CharField(max_length=200, blank=True)
    """The name of whoever asked, where it is not the holder or the portal by itself."""
    ground = models.CharField(max_length=30)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["iin", "-at"], name="reads_about_somebody"),
            models.Index(fields=["at"], name="reads_by_age"),
        ]
