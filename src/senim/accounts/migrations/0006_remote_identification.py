import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_what_is_there_is_proven"),
    ]

    operations = [
        migrations.CreateModel(
            name="RemoteIdentification",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("iin", models.CharField(max_length=12)),
                ("purpose", models.CharField(max_length=40)),
                ("operation_digest", models.BinaryField()),
                ("url", models.CharField(max_length=500)),
                ("opened_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("judged_at", models.DateTimeField(null=True)),
                ("refusal", models.CharField(blank=True, max_length=60)),
                ("method", models.CharField(blank=True, max_length=20)),
                ("liveness", models.PositiveSmallIntegerField(null=True)),
                ("match", models.PositiveSmallIntegerField(null=True)),
                ("asserted_at", models.DateTimeField(null=True)),
                ("assertion", models.BinaryField(null=True)),
                ("assertion_digest", models.BinaryField(null=True, unique=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["iin", "purpose", "-opened_at"], name="identifications_of_somebody")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("assertion_digest", None), ("judged_at", None), ("refusal", "")),
                            models.Q(
                                ("assertion__isnull", False),
                                ("assertion_digest__isnull", False),
                                ("judged_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="judged_by_an_assertion",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("judged_at", None),
                            models.Q(("refusal", ""), _negated=True),
                            models.Q(("liveness__isnull", False), ("match__isnull", False)),
                            _connector="OR",
                        ),
                        name="recognised_by_scores",
                    ),
                ],
            },
        ),
    ]
