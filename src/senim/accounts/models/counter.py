"""The counter of the State Corporation: its workers, what they open, what a second one signs."""

import uuid

from django.db import models
from django.db.models import F, Q

from senim.accounts.models.numbers import NumberRequest
from senim.journal.rows import OfRecord


class CounterWorker(models.Model):
    """Who serves citizens at a counter, by a certificate of an employee of the organisation ``bin``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    iin = models.CharField(max_length=12, unique=True)
    bin = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=60)
    active = models.BooleanField(default=True)
    appointed_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(active=True, dismissed_at=None) | Q(active=False, dismissed_at__isnull=False),
                name="counter_worker_dismissed_on_a_day",
            ),
        ]


class CounterApplication(models.Model):
    """The form of annex 3 (P19-F1 to F4), beside the request it belongs to, which holds the state.

    ``pad_`` is the citizen's page: the number that leads to it, which is used once, and afterwards the digest
    of what the citizen's device keeps. It is no part of the record.
    """

    request = models.OneToOneField(
        NumberRequest, primary_key=True, on_delete=models.PROTECT, related_name="at_counter"
    )
    number = models.CharField(max_length=12, unique=True)
    key = models.UUIDField(unique=True)
    """Of the form that opened it: two clicks are one application."""
    bin = models.CharField(max_length=12)
    office = models.CharField(max_length=60)
    iin = models.CharField(max_length=12)
    surname = models.CharField(max_length=100)
    given_name = models.CharField(max_length=100)
    patronymic = models.CharField(max_length=100, blank=True)
    folded_name = models.CharField(max_length=300)
    email = models.EmailField()
    document = models.CharField(max_length=20)
    document_checked = models.BooleanField()
    """The register of identity documents has it in force."""
    number_doubted = models.BooleanField(default=False, db_default=False)
    """The mobile operators do not say that the number is safely the applicant's (``subscribers.doubted``)."""
    agreed_to_connection_at = models.DateTimeField()
    agreed_to_secrets_at = models.DateTimeField()
    opened_by = models.ForeignKey(CounterWorker, on_delete=models.PROTECT, related_name="opened")
    taken_by = models.ForeignKey(CounterWorker, null=True, on_delete=models.PROTECT, related_name="in_hand")
    opened_at = models.DateTimeField()
    form_signed_at = models.DateTimeField(null=True)
    code_aside_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=1000, blank=True)
    """Why the code was set aside, or why it was refused, in the worker's words."""
    confirmed_by = models.ForeignKey(
        CounterWorker, null=True, on_delete=models.PROTECT, related_name="confirmed"
    )
    confirmed_document = models.BinaryField(null=True)
    """What the worker signed; the signature is the request's."""
    pad_number = models.CharField(max_length=8, blank=True)
    pad_for = models.CharField(max_length=20, blank=True)
    pad_digest = models.BinaryField(null=True)
    pad_until_at = models.DateTimeField(null=True)

    of_record = OfRecord(
        edition=2,
        leaving_out=frozenset({"pad_number", "pad_for", "pad_digest", "pad_until_at"}),
        since={"number_doubted": 2},
    )

    class Meta:
        indexes = [
            models.Index(fields=["bin", "office", "-opened_at"], name="counter_applications_of_office")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pad_number"], condition=~Q(pad_number=""), name="one_pad_a_number"
            ),
            models.UniqueConstraint(
                fields=["pad_digest"], condition=Q(pad_digest__isnull=False), name="one_pad_a_device"
            ),
        ]


class CounterSecond(models.Model):
    """A second worker's signature under what the first may not do alone, and why it was needed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(CounterApplication, on_delete=models.PROTECT, related_name="second")
    first = models.ForeignKey(CounterWorker, on_delete=models.PROTECT, related_name="covered_by")
    worker = models.ForeignKey(CounterWorker, on_delete=models.PROTECT, related_name="countersigned")
    grounds = models.JSONField()
    document = models.BinaryField()
    signature = models.BinaryField()
    signed_at = models.DateTimeField()

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(worker=F("first")), name="counter_second_is_another"),
        ]
