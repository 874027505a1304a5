"""What people signed, and how sure it was who they were when they did."""

import uuid

from django.db import models

from senim.journal.rows import OfRecord


class SignedStep(models.Model):
    """Somebody signed a request while signed in: ``subject`` as the journal names it. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField()
    subject = models.CharField(max_length=80, db_index=True)
    acr = models.CharField(max_length=20)
    amr = models.CharField(max_length=60)
    """Authentication context and methods (OpenID Connect Core, RFC 8176) of the session."""
    authenticated_at = models.DateTimeField()
    signed_at = models.DateTimeField()

    of_record = OfRecord()
