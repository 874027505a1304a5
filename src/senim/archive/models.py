"""The archive's tables. Nothing outside this room reads or writes them."""

import uuid

from django.db import models
from django.db.models import Q

from senim.journal.rows import OfRecord


class Paper(models.Model):
    """One accepted paper as a file. ``sealed`` is its body under AES-GCM, ``digest`` the SHA-256 of that.

    Once destroyed, the row remains without a body. ``accepted_by`` is a reference of the journal.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=60)
    number = models.CharField(max_length=12)
    kind = models.CharField(max_length=60)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sealed = models.BinaryField(null=True)
    digest = models.BinaryField()
    accepted_at = models.DateTimeField()
    accepted_by = models.CharField(max_length=60)
    keep_until = models.DateField()
    destroyed_at = models.DateTimeField(null=True)

    of_record = OfRecord(leaving_out=frozenset({"sealed"}))

    class Meta:
        indexes = [
            models.Index(fields=["reference"], name="archive_papers_of"),
            models.Index(fields=["keep_until"], condition=Q(destroyed_at=None), name="archive_papers_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed__isnull=True, destroyed_at__isnull=False)
                | Q(sealed__isnull=False, destroyed_at__isnull=True),
                name="archive_only_the_destroyed_have_no_body",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="archive_papers_are_not_empty"),
        ]


class IssuedCopy(models.Model):
    """A copy that was handed out: on whose request, and why. ``issued_by`` is a reference of the journal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="copies")
    asked_by = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=60)

    of_record = OfRecord()

    class Meta:
        ordering = ["issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(asked_by="") & ~Q(reason=""), name="archive_copies_say_for_whom_and_why"
            )
        ]
