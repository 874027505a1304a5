"""What banks ask about their customers' numbers, and whom they are about to have recognised."""

import uuid

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_information_systems")]
    operations = [
        migrations.CreateModel(
            name="BankCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("system_id", models.UUIDField()),
                ("replay_id", models.CharField(max_length=64)),
                ("pair", models.CharField(max_length=64)),
                ("same", models.BooleanField()),
                ("authenticated_at", models.DateTimeField()),
                ("amr", models.CharField(max_length=60)),
                ("checked_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("system_id", "replay_id"), name="a_bank_asks_once"),
                    models.CheckConstraint(
                        condition=Q(authenticated_at__lte=F("checked_at")), name="customer_was_there_before"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BankRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("check_id", models.UUIDField(unique=True)),
                ("system_id", models.UUIDField()),
                ("iin", models.CharField(blank=True, max_length=12)),
                ("number", models.CharField(blank=True, max_length=16)),
                ("session_id", models.UUIDField()),
                ("address", models.CharField(max_length=500)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("number_request_id", models.UUIDField(null=True, unique=True)),
                ("refusal", models.CharField(blank=True, max_length=60)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(closed_at=None, number_request_id=None, refusal="")
                        | Q(closed_at__isnull=False, iin="", number="")
                        & (Q(number_request_id=None) | Q(refusal="")),
                        name="bank_request_ends_one_way",
                    ),
                ],
            },
        ),
    ]
