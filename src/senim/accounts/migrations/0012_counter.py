"""The counter of the State Corporation: workers, applications, second signatures. New tables only."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_finding_sessions_of_organisations"),
    ]

    operations = [
        migrations.CreateModel(
            name="CounterWorker",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("iin", models.CharField(max_length=12, unique=True)),
                ("bin", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=200)),
                ("office", models.CharField(max_length=60)),
                ("active", models.BooleanField(default=True)),
                ("appointed_at", models.DateTimeField()),
                ("dismissed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("active", True), ("dismissed_at", None)),
                            models.Q(("active", False), ("dismissed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="counter_worker_dismissed_on_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterApplication",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="at_counter",
                        serialize=False,
                        to="accounts.numberrequest",
                    ),
                ),
                ("number", models.CharField(max_length=12, unique=True)),
                ("key", models.UUIDField(unique=True)),
                ("bin", models.CharField(max_length=12)),
                ("office", models.CharField(max_length=60)),
                ("iin", models.CharField(max_length=12)),
                ("surname", models.CharField(max_length=100)),
                ("given_name", models.CharField(max_length=100)),
                ("patronymic", models.CharField(blank=True, max_length=100)),
                ("folded_name", models.CharField(max_length=300)),
                ("email", models.EmailField(max_length=254)),
                ("document", models.CharField(max_length=20)),
                ("document_checked", models.BooleanField()),
                ("agreed_to_connection_at", models.DateTimeField()),
                ("agreed_to_secrets_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("form_signed_at", models.DateTimeField(null=True)),
                ("code_aside_at", models.DateTimeField(null=True)),
                ("said", models.CharField(blank=True, max_length=1000)),
                ("confirmed_document", models.BinaryField(null=True)),
                ("pad_number", models.CharField(blank=True, max_length=8)),
                ("pad_for", models.CharField(blank=True, max_length=20)),
                ("pad_digest", models.BinaryField(null=True)),
                ("pad_until_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmed",
                        to="accounts.counterworker",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opened",
                        to="accounts.counterworker",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="in_hand",
                        to="accounts.counterworker",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CounterSecond",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("grounds", models.JSONField()),
                ("document", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("signed_at", models.DateTimeField()),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second",
                        to="accounts.counterapplication",
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="covered_by",
                        to="accounts.counterworker",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="countersigned",
                        to="accounts.counterworker",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("worker", models.F("first")), _negated=True),
                        name="counter_second_is_another",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="counterapplication",
            index=models.Index(fields=["bin", "office", "-opened_at"], name="counter_applications_of_office"),
        ),
        migrations.AddConstraint(
            model_name="counterapplication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pad_number", ""), _negated=True),
                fields=("pad_number",),
                name="one_pad_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="counterapplication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pad_digest__isnull", False)),
                fields=("pad_digest",),
                name="one_pad_a_device",
            ),
        ),
    ]
