"""What banks asked about their customers' numbers, and whom they are about to have recognised."""

import uuid

from django.db import models
from django.db.models import Q

from senim.journal.rows import OfRecord


class BankCheck(models.Model):
    """A bank asked whether its customer's number is the one connected here (PH-7a), and was answered.

    Neither IIN nor number is kept: ``pair`` stands for both, so that only whoever knows them can go on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system_id = models.UUIDField()
    replay_id = models.CharField(max_length=64)
    pair = models.CharField(max_length=64)
    same = models.BooleanField()
    authenticated_at = models.DateTimeField()
    amr = models.CharField(max_length=60)
    """When the customer signed in to the bank's app, and by what (RFC 8176), as the bank says."""
    checked_at = models.DateTimeField()

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system_id", "replay_id"], name="a_bank_asks_once"),
            models.CheckConstraint(
                condition=Q(authenticated_at__lte=models.F("checked_at")), name="customer_was_there_before"
            ),
        ]


class BankRequest(models.Model):
    """A customer of a bank who asked to connect the bank's number, until the person is recognised (PH-7b).

    From there on ``number_request_id`` is the citizen's own request. IIN and number are wiped once it is
    there, or nothing will come of this one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    check_id = models.UUIDField(unique=True)
    system_id = models.UUIDField()
    iin = models.CharField(max_length=12, blank=True)
    number = models.CharField(max_length=16, blank=True)
    session_id = models.UUIDField()
    address = models.CharField(max_length=500)
    """Of the biometric authentication: which one, and where the person's own device goes."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    number_request_id = models.UUIDField(null=True, unique=True)
    refusal = models.CharField(max_length=60, blank=True)
    closed_at = models.DateTimeField(null=True)

    of_record = OfRecord(leaving_out=frozenset({"iin", "number"}))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, number_request_id=None, refusal="")
                | Q(closed_at__isnull=False, iin="", number="") & (Q(number_request_id=None) | Q(refusal="")),
                name="bank_request_ends_one_way",
            ),
        ]
