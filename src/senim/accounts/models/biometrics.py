"""Sessions with the remote identification service, and what it asserted."""

import uuid

from django.db import models
from django.db.models import Q

from senim.journal.rows import OfRecord


class RemoteIdentification(models.Model):
    """One session with the service, for one person, purpose and operation; judged once.

    ``assertion`` is the service's signed word, kept as evidence: scores, never a picture or a template.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    iin = models.CharField(max_length=12)
    purpose = models.CharField(max_length=40)
    operation_digest = models.BinaryField()
    """SHA-256 of the operation's text: the service learns no more of it."""
    url = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=60, blank=True)
    method = models.CharField(max_length=20, blank=True)
    liveness = models.PositiveSmallIntegerField(null=True)
    match = models.PositiveSmallIntegerField(null=True)
    """Both in thousandths, as the service asserts them."""
    asserted_at = models.DateTimeField(null=True)
    assertion = models.BinaryField(null=True)
    assertion_digest = models.BinaryField(null=True, unique=True)

    of_record = OfRecord()

    class Meta:
        indexes = [models.Index(fields=["iin", "purpose", "-opened_at"], name="identifications_of_somebody")]
        constraints = [
            models.CheckConstraint(
                condition=Q(judged_at=None, refusal="", assertion_digest=None)
                | Q(judged_at__isnull=False, assertion__isnull=False, assertion_digest__isnull=False),
                name="judged_by_an_assertion",
            ),
            models.CheckConstraint(
                condition=Q(judged_at=None) | ~Q(refusal="") | Q(liveness__isnull=False, match__isnull=False),
                name="recognised_by_scores",
            ),
        ]
