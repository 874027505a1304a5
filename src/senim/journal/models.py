"""The journal's tables. Nothing outside this room reads or writes them."""

import uuid

from django.db import models


class Entry(models.Model):
    """One record of one verb. Inserted once, never changed; ``personal`` and ``salt`` may be deleted together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=80)
    clause = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    actor = models.CharField(max_length=120, blank=True)
    facts = models.JSONField(default=dict)
    personal = models.JSONField(null=True)
    salt = models.BinaryField(null=True)
    personal_digest = models.BinaryField(null=True)
    mac = models.BinaryField()
    inserted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "at"])]


class Leaf(models.Model):
    """A record's place in the tree. ``index`` counts from 0 without gaps."""

    index = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    leaf_hash = models.BinaryField()


class Checkpoint(models.Model):
    """A signed tree head: a C2SP signed note over origin, size and root."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()
