"""What a person proves themselves with: answered challenges, codes, passwords."""

import uuid

from django.db import models
from django.db.models import Q

from senim.journal.rows import OfRecord


class SpentChallenge(models.Model):
    """A sign-in challenge that was answered once; a second answer meets the primary key."""

    nonce = models.CharField(primary_key=True, max_length=64)
    spent_at = models.DateTimeField(db_index=True)


class OneTimePassword(models.Model):
    """One code sent by SMS. ``attempts`` go on from the code before, where ``carried`` were made.

    ``account_id`` of a sign-in code stands for an IIN and a number together, whether or not anybody has them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=40)
    account_id = models.UUIDField()
    code_hmac = models.BinaryField()
    attempts = models.PositiveSmallIntegerField(default=0)
    carried = models.PositiveSmallIntegerField(default=0)
    series_started_at = models.DateTimeField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account_id", "purpose", "created_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "account_id"],
                condition=Q(used_at=None, replaced_at=None),
                name="one_live_code",
            )
        ]


class Password(models.Model):
    """A password of an account, from ``set_at`` until ``ended_at``; what ended keeps no hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField()
    hash = models.CharField(max_length=200, blank=True)
    """argon2id in its own notation, parameters and salt included."""
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"], condition=Q(ended_at=None), name="account_has_one_password"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) & ~Q(hash="") | Q(ended_at__isnull=False, hash=""),
                name="ended_passwords_are_wiped",
            ),
        ]
