import uuid

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("certification", "0004_finding_revocations")]

    operations = [
        migrations.CreateModel(
            name="StoppedSigner",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("iin", models.CharField(max_length=12)),
                ("stopped_at", models.DateTimeField()),
                ("admitted_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(admitted_at__isnull=True),
                        fields=("iin",),
                        name="certification_stopped_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(admitted_at__isnull=True) | Q(admitted_at__gte=F("stopped_at")),
                        name="certification_admitted_after_stopped",
                    ),
                ],
            },
        ),
    ]
