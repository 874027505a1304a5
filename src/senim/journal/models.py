"""The journal's tables. Nothing outside this room reads or writes them."""

import uuid

from django.db import models
from django.db.models import Func, Q, Value


class Entry(models.Model):
    """One record of one verb. Inserted once, never changed.

    ``personal`` and ``salt`` may be deleted together; the leaf holds only their digest. ``changed`` holds the
    record's statements on rows of record (``rows.Statement``); their salts are not in the leaf either.
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
    changed = models.JSONField(default=list)
    mac = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["subject", "at"])]


class Unsequenced(models.Model):
    """Records that have no leaf yet, so that the sequencer never has to search for them.

    ``place`` comes from a sequence: of two records about one row, the later has the higher place, because it
    was written while its transaction held the row. A record that cannot be sequenced is ``set_aside_at``.
    """

    entry_id = models.UUIDField(primary_key=True)
    place = models.BigIntegerField(db_default=Func(Value("journal_place"), function="nextval"))
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place"], condition=Q(set_aside_at__isnull=True), name="journal_in_order")
        ]


class Leaf(models.Model):
    """A record's place in the tree. ``index`` counts from 0 without gaps."""

    index = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    leaf_hash = models.BinaryField()


class Subtree(models.Model):
    """The hash of a perfect subtree of 16, 256, … leaves, kept so that a proof need not read every leaf."""

    id = models.BigAutoField(primary_key=True)
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="journal_subtree_once")]


class Checkpoint(models.Model):
    """A signed tree head, and the right edge of the tree from which the next one grows."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    edge = models.JSONField(default=list)
    note = models.TextField()
    at = models.DateTimeField()


class Witness(models.Model):
    """What the sequencer knows of a witness: the size it signed last, and what went wrong since."""

    name = models.CharField(primary_key=True, max_length=200)
    size = models.BigIntegerField(default=0)
    signed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    problem_since_at = models.DateTimeField(null=True)


class Cosignature(models.Model):
    """A witness's signature line over a checkpoint."""

    id = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField()
    witness = models.CharField(max_length=200)
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["size", "witness"], name="journal_one_cosignature_each")
        ]


class TimeStamp(models.Model):
    """A time-stamp token (RFC 3161) over the note of a checkpoint."""

    size = models.BigIntegerField(primary_key=True)
    token = models.BinaryField()
    gen_time_at = models.DateTimeField()
