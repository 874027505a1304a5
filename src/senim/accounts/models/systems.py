"""Users' information systems, who decided about them, what they spent. Only ``advance`` writes a state."""

import uuid

from django.db import models
from django.db.models import F, Q

from senim.accounts.systems.process import (
    SYSTEM_APPLICATION,
    SYSTEM_STANDING,
    OrganisationKind,
    Purpose,
    Stage,
    Standing,
)
from senim.journal.rows import OfRecord
from senim.process import ProcessTable


class AuthorisedBodyOfficial(models.Model):
    """Who may decide for the authorised body for informatization. One row a person, also after they left."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    iin = models.CharField(max_length=12, unique=True)
    bin = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    appointed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    of_record = OfRecord()


class InformationSystem(models.Model):
    """A system that was admitted, as its decisions leave it. The id is its ``client_id``.

    ``keys`` is a JWK set of public keys. Access tokens from before ``state_since_at`` are dead: what changes
    a system's standing or keys ends them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=20, default=Standing.ADMITTED)
    state_since_at = models.DateTimeField()
    bin = models.CharField(max_length=12)
    organisation = models.CharField(max_length=300)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    purposes = models.JSONField()
    document_types = models.JSONField()
    keys = models.JSONField()
    contact_name = models.CharField(max_length=200)
    contact_email = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    admitted_at = models.DateTimeField()
    expires_on = models.DateField(null=True)

    of_record = OfRecord()

    @property
    def process(self) -> ProcessTable:
        return SYSTEM_STANDING

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(SYSTEM_STANDING.states())), name="accounts_system_state"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(OrganisationKind)), name="accounts_system_kind"
            ),
            models.CheckConstraint(
                condition=Q(purposes__contained_by=sorted(Purpose)), name="accounts_system_purposes"
            ),
            models.CheckConstraint(
                condition=Q(kind=OrganisationKind.BANK) | ~Q(purposes__contains=[Purpose.SUBSCRIBER_NUMBER]),
                name="accounts_numbers_for_banks_only",
            ),
            models.UniqueConstraint(fields=["bin", "name"], name="accounts_one_system_of_a_name"),
        ]


class SystemApplication(models.Model):
    """What an organisation's representative asked for and signed. With ``system`` it asks for other keys."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=30, default=Stage.RECEIVED)
    state_since_at = models.DateTimeField()
    received_at = models.DateTimeField()
    account_id = models.UUIDField()
    system = models.ForeignKey(InformationSystem, null=True, on_delete=models.PROTECT, related_name="+")
    bin = models.CharField(max_length=12)
    organisation = models.CharField(max_length=300)
    name = models.CharField(max_length=120)
    purposes = models.JSONField()
    document_types = models.JSONField()
    keys = models.JSONField()
    contact_name = models.CharField(max_length=200)
    contact_email = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    document = models.BinaryField()
    signature = models.BinaryField()
    refusal = models.JSONField(null=True)

    of_record = OfRecord()

    @property
    def process(self) -> ProcessTable:
        return SYSTEM_APPLICATION

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(SYSTEM_APPLICATION.states())),
                name="accounts_system_application_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=Stage.REFUSED) | Q(refusal__isnull=False),
                name="accounts_refused_systems_say_why",
            ),
            models.UniqueConstraint(
                fields=["bin", "name"],
                condition=Q(state=Stage.RECEIVED),
                name="accounts_one_open_application_a_system",
            ),
        ]


class SystemStep(models.Model):
    """One step of an application or of a system: the history. A decision keeps its text and signature."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        SystemApplication, null=True, on_delete=models.PROTECT, related_name="steps"
    )
    system = models.ForeignKey(InformationSystem, null=True, on_delete=models.PROTECT, related_name="steps")
    place = models.PositiveSmallIntegerField()
    clause = models.CharField(max_length=120)
    action = models.CharField(max_length=20)
    actor = models.CharField(max_length=60)
    taken_by = models.CharField(max_length=120)
    from_state = models.CharField(max_length=30)
    to_state = models.CharField(max_length=30)
    taken_at = models.DateTimeField()
    note = models.CharField(max_length=1000, blank=True)
    document = models.BinaryField(null=True)
    signature = models.BinaryField(null=True)

    of_record = OfRecord()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["application", "place"], name="accounts_one_application_step"),
            models.UniqueConstraint(fields=["system", "place"], name="accounts_one_system_step"),
            models.CheckConstraint(
                condition=Q(application__isnull=False, system__isnull=True)
                | Q(application__isnull=True, system__isnull=False),
                name="accounts_a_step_is_of_one_case",
            ),
        ]


class SystemToken(models.Model):
    """An access token under its SHA-256: whose, for what, and which key must prove each use of it."""

    digest = models.CharField(max_length=64, primary_key=True)
    system = models.ForeignKey(InformationSystem, on_delete=models.PROTECT, related_name="+")
    purposes = models.JSONField()
    thumbprint = models.CharField(max_length=43)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="accounts_tokens_end_after_start"
            )
        ]


class SpentProof(models.Model):
    """A ``jti`` of an assertion or a proof, as a digest with its system: used, and never again."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)
