"""Subscriber numbers and the requests that connect them."""

import uuid

from django.db import models
from django.db.models import Q

from senim.accounts.states import OWN, Channel, RequestState
from senim.journal.rows import OfRecord


class SubscriberNumber(models.Model):
    """A phone number connected to an account, from ``connected_at`` until ``released_at``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField(db_index=True)
    number = models.CharField(max_length=16)
    request_id = models.UUIDField(unique=True)
    connected_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_because = models.CharField(max_length=20, blank=True)

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(released_at=None), name="number_of_one_account"
            ),
            models.UniqueConstraint(
                fields=["account_id"], condition=Q(released_at=None), name="account_has_one_number"
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^\+\d{8,15}$"), name="number_is_e164"),
            models.CheckConstraint(
                condition=Q(released_at=None, released_because="")
                | Q(released_at__isnull=False) & ~Q(released_because=""),
                name="release_has_a_reason",
            ),
        ]


class NumberRequest(models.Model):
    """A citizen's electronic request to connect a number (PH-4), walked by the table of its channel."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField()
    number = models.CharField(max_length=16)
    channel = models.CharField(max_length=20, default=Channel.PORTAL, db_default=Channel.PORTAL.value)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=20)
    """A ``RequestState``; which of them, the channel's table says."""
    consented_at = models.DateTimeField(null=True)
    evidence_digest = models.BinaryField(null=True)
    """SHA-256 of the registry's signed answer this request was let through by."""
    refusal = models.CharField(max_length=60, blank=True)
    signature = models.BinaryField(null=True)
    """The citizen's detached CMS over the text of the request."""
    signature_wanted = models.BooleanField(default=True, db_default=True)
    """Whether this request has to carry one (PH-A8a); the tables' guards ask."""
    proof_id = models.UUIDField(null=True)
    """Where this room keeps what else proves it: a biometric authentication, or the two who answer for it."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    of_record = OfRecord(edition=2, since={"channel": 2, "proof_id": 2, "signature_wanted": 2})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"],
                condition=Q(closed_at=None, channel__in=sorted(OWN)),
                name="account_has_one_open_request",
            ),
            models.UniqueConstraint(
                fields=["account_id", "channel"],
                condition=Q(closed_at=None),
                name="one_open_request_a_channel",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.CONNECTED)
                | Q(confirmed_at__isnull=False) & (Q(signature__isnull=False) | Q(proof_id__isnull=False)),
                name="connected_only_proven",
            ),
        ]
