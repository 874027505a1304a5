"""Organisations: accounts keyed on a BIN."""

import uuid

from django.db import models
from django.db.models import Q

from senim.journal.rows import OfRecord


class Organisation(models.Model):
    """A legal entity, branch, representative office or joint entrepreneurship (PT-2.1-1).

    Opened when somebody first signs in for it. What it is called is the registry's word, as of ``stated_at``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bin = models.CharField(max_length=12, unique=True)
    names = models.JSONField()
    """In every language we speak."""
    status = models.CharField(max_length=20)
    stated_at = models.DateTimeField()
    evidence_digest = models.BinaryField()
    """SHA-256 of the registry's signed answer that names and status are from."""
    opened_at = models.DateTimeField()

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(bin__regex=r"^\d{12}$"), name="organisation_bin_is_12_digits")
        ]
