"""Enrolment's tables. Nothing outside this room reads or writes them; only ``advance`` writes ``state``."""

import uuid

from django.db import models
from django.db.models import F, Q

from senim.enrolment.process import CERTIFICATE_APPLICATION, OPEN
from senim.journal.rows import OfRecord

STATES = sorted(CERTIFICATE_APPLICATION.states())


class Application(models.Model):
    """One application for a signing and an authentication certificate.

    Names are the registry's spelling once the registry knows the person. Tokens are kept as SHA-256 only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=12, null=True, unique=True)
    state = models.CharField(max_length=60, default=CERTIFICATE_APPLICATION.start)
    state_since_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField()
    language = models.CharField(max_length=2)
    idempotency_key = models.UUIDField(unique=True)

    iin = models.CharField(max_length=12)
    surname = models.CharField(max_length=100)
    given_name = models.CharField(max_length=100)
    patronymic = models.CharField(max_length=100, blank=True)
    folded_name = models.CharField(max_length=300)
    email = models.EmailField(max_length=254)
    region = models.CharField(max_length=40)
    settlement = models.CharField(max_length=100)
    centre = models.CharField(max_length=60)
    storage = models.CharField(max_length=20)
    policy_read_at = models.DateTimeField(null=True)

    sign_request = models.BinaryField(null=True)
    auth_request = models.BinaryField(null=True)
    sign_key_digest = models.BinaryField(null=True)
    auth_key_digest = models.BinaryField(null=True)
    registry_evidence = models.BinaryField(null=True)

    identification = models.CharField(max_length=60, blank=True)
    papers = models.JSONField(default=list)
    refusal = models.JSONField(null=True)
    order_id = models.UUIDField(null=True, unique=True)

    own_link_digest = models.BinaryField(null=True, unique=True)
    install_link_digest = models.BinaryField(null=True, unique=True)
    withdrawal_link_digest = models.BinaryField(null=True, unique=True)
    withdrawal_until_at = models.DateTimeField(null=True)

    of_record = OfRecord()

    class Meta:
        indexes = [
            models.Index(fields=["iin"]),
            models.Index(fields=["due_at"], condition=Q(state__in=sorted(OPEN)), name="enrolment_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="enrolment_state_is_in_the_table"),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__regex=r"^[0-9]{12}$"),
                name="enrolment_number_is_twelve_digits",
            ),
            models.CheckConstraint(
                condition=Q(sign_key_digest__isnull=True) | ~Q(sign_key_digest=F("auth_key_digest")),
                name="enrolment_two_different_keys",
            ),
            models.UniqueConstraint(
                fields=["sign_key_digest"],
                condition=Q(state__in=sorted(OPEN)),
                name="enrolment_one_open_application_per_signing_key",
            ),
            models.UniqueConstraint(
                fields=["auth_key_digest"],
                condition=Q(state__in=sorted(OPEN)),
                name="enrolment_one_open_application_per_authentication_key",
            ),
        ]


class Passage(models.Model):
    """One step an application took: what the clocks, the status page and the case file are made of."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="passages")
    place = models.PositiveSmallIntegerField()
    clause = models.CharField(max_length=80)
    action = models.CharField(max_length=40)
    actor = models.CharField(max_length=60)
    operator_id = models.UUIDField(null=True)
    from_state = models.CharField(max_length=60)
    to_state = models.CharField(max_length=60)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField()
    within = models.DurationField(null=True)

    of_record = OfRecord()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["application", "place"], name="enrolment_one_passage_per_place"),
            models.CheckConstraint(
                condition=Q(left_at__gte=F("entered_at")), name="enrolment_passage_not_backwards"
            ),
        ]


class RegistrationAuthorityOperator(models.Model):
    """Who may act at the desk, and in which office (CA-5.15)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    iin = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=60)
    active = models.BooleanField(default=True)
    appointed_at = models.DateTimeField()

    of_record = OfRecord()


class AnsweredChallenge(models.Model):
    """A challenge of the order form that was answered: it does not serve twice."""

    nonce = models.CharField(primary_key=True, max_length=40)
    forget_at = models.DateTimeField(db_index=True)


class Attempt(models.Model):
    """One try at something limited, by the digest of a network or an identifier."""

    id = models.BigAutoField(primary_key=True)
    what = models.CharField(max_length=40)
    of = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["what", "of", "at"])]
