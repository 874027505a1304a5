"""Passkeys: WebAuthn credentials of an account."""

import uuid

from django.db import models
from django.db.models import Q

from senim.journal.rows import OfRecord


class Passkey(models.Model):
    """A public key credential of an account, from ``added_at`` to ``removed_at``; then its key is wiped."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField(db_index=True)
    credential_id = models.BinaryField()
    public_key = models.BinaryField()
    """COSE_Key (RFC 9052)."""
    sign_count = models.BigIntegerField()
    backup_eligible = models.BooleanField()
    """It may be copied to other devices of its holder; never changes (WebAuthn §6.1.3)."""
    backup_state = models.BooleanField()
    """It was, when it was last seen."""
    name = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    suspected_at = models.DateTimeField(null=True)
    """Somebody else seems to hold a copy: its count went back. It signs nobody in since."""
    removed_at = models.DateTimeField(null=True)

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credential_id"], condition=Q(removed_at=None), name="credential_of_one_account"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) & ~Q(public_key=b"")
                | Q(removed_at__isnull=False, public_key=b""),
                name="removed_passkeys_are_wiped",
            ),
            models.CheckConstraint(
                condition=Q(backup_eligible=True) | Q(backup_state=False), name="backed_up_only_if_eligible"
            ),
        ]
