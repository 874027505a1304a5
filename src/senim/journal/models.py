"""The journal's tables. Nothing outside this room reads or writes them."""

import uuid

from django.db import models


class Entry(models.Model):
    """One record of one verb. Inserted once, never changed.

    ``personal`` and ``salt`` may be deleted together; the leaf holds only their digest.
    """

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

    class Meta:
        indexes = [models.Index(fields=["subject", "at"])]


class Unsequenced(models.Model):
    """Records that have no leaf yet, so that the sequencer never has to search for them."""

    entry_id = models.UUIDField(primary_key=True)


class Leaf(models.Model):
    """A record's place in the tree. ``index`` counts from 0 without gaps."""

    index = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    leaf_hash = models.BinaryField()


class Checkpoint(models.Model):
    """A signed tree head, and the right edge of the tree from which the next one grows."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    edge = models.JSONField(default=list)
    note = models.TextField()
    at = models.DateTimeField()
