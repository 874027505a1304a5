"""Applications get a kind, and what a reissue's applicant signed; requests to revoke get their tables.

Rules that take in the new stage are put up without reading the table; the next migration reads it.
"""

import uuid

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Q

OPEN = [
    "applicant awaited at the desk",
    "awaiting the operator's confirmation",
    "certificates issued",
    "confirmation not in order",
    "confirmation verified",
    "confirmed by the operator's signature",
    "form being filled in",
    "found in the registry",
    "not as in the registry",
    "papers and identity in order",
    "papers handed in",
    "papers or identity not in order",
    "receipt given",
    "registered with a number",
    "registry asked",
    "request formed",
]
STATES = sorted(
    [
        *OPEN,
        "certificates installed",
        "refused at the desk",
        "refused by the certification authority",
        "refused: not as in the registry",
        "withdrawn",
    ]
)
OPEN_REVOCATIONS = [
    "form being filled in",
    "in order: revoked, to be published",
    "published in the list of revoked certificates",
    "request not in order",
    "signed by the applicant",
]
REASONS = [
    "unspecified",
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "certificateHold",
    "privilegeWithdrawn",
    "aACompromise",
]


def identifier() -> "models.UUIDField[uuid.UUID, uuid.UUID]":
    return models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0001_initial")]
    operations = [
        migrations.AddField("application", "kind", models.CharField(default="order", max_length=10)),
        migrations.AddField("application", "applicant_document", models.BinaryField(null=True)),
        migrations.AddField("application", "applicant_signature", models.BinaryField(null=True)),
        migrations.AddField(
            "application", "signed_with", models.CharField(blank=True, default="", max_length=40)
        ),
        migrations.RemoveConstraint("application", "enrolment_state_is_in_the_table"),
        AddConstraintNotValid(
            "application",
            models.CheckConstraint(condition=Q(state__in=STATES), name="enrolment_state_is_in_the_table"),
        ),
        AddConstraintNotValid(
            "application",
            models.CheckConstraint(
                condition=~Q(kind="reissue") | Q(number__isnull=True) | Q(applicant_signature__isnull=False),
                name="enrolment_reissues_are_signed",
            ),
        ),
        migrations.RemoveIndex("application", "enrolment_due"),
        migrations.AddIndex(
            "application",
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN), name="enrolment_due"),
        ),
        migrations.RemoveConstraint("application", "enrolment_one_open_application_per_signing_key"),
        migrations.AddConstraint(
            "application",
            models.UniqueConstraint(
                fields=["sign_key_digest"],
                condition=Q(state__in=OPEN),
                name="enrolment_one_open_application_per_signing_key",
            ),
        ),
        migrations.RemoveConstraint("application", "enrolment_one_open_application_per_authentication_key"),
        migrations.AddConstraint(
            "application",
            models.UniqueConstraint(
                fields=["auth_key_digest"],
                condition=Q(state__in=OPEN),
                name="enrolment_one_open_application_per_authentication_key",
            ),
        ),
        migrations.CreateModel(
            name="RevocationRequest",
            fields=[
                ("id", identifier()),
                ("state", models.CharField(default="form being filled in", max_length=60)),
                ("state_since_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("applied_at", models.DateTimeField()),
                ("language", models.CharField(max_length=2)),
                ("account_id", models.UUIDField()),
                ("iin", models.CharField(max_length=12)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("serial_numbers", models.JSONField()),
                ("reason", models.CharField(max_length=24)),
                ("document", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("signed_with", models.CharField(blank=True, max_length=40)),
                ("refusal", models.JSONField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["iin"], name="enrolment_revocations_of"),
                    models.Index(
                        fields=["due_at"],
                        condition=Q(state__in=OPEN_REVOCATIONS),
                        name="enrolment_revocations_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state__in=sorted([*OPEN_REVOCATIONS, "applicant told", "refused"])),
                        name="enrolment_revocation_state",
                    ),
                    models.CheckConstraint(
                        condition=Q(reason__in=REASONS), name="enrolment_revocation_reason"
                    ),
                    models.CheckConstraint(
                        condition=~Q(state="refused") | Q(refusal__isnull=False),
                        name="enrolment_refused_revocations_say_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RevocationPassage",
            fields=[
                ("id", identifier()),
                ("place", models.PositiveSmallIntegerField()),
                ("clause", models.CharField(max_length=80)),
                ("action", models.CharField(max_length=40)),
                ("actor", models.CharField(max_length=60)),
                ("operator_id", models.UUIDField(null=True)),
                ("from_state", models.CharField(max_length=60)),
                ("to_state", models.CharField(max_length=60)),
                ("entered_at", models.DateTimeField()),
                ("left_at", models.DateTimeField()),
                ("within", models.DurationField(null=True)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passages",
                        to="enrolment.revocationrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["place"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["request", "place"], name="enrolment_one_revocation_step_per_place"
                    ),
                    models.CheckConstraint(
                        condition=Q(left_at__gte=F("entered_at")), name="enrolment_revocation_not_backwards"
                    ),
                ],
            },
        ),
    ]
