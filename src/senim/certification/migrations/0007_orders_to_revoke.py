import uuid

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("certification", "0006_watermark_of_every_authority")]
    operations = [
        migrations.CreateModel(
            name="RevocationOrder",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("application_number", models.CharField(max_length=40, unique=True)),
                ("document", models.BinaryField()),
                ("operator_signature", models.BinaryField()),
                ("placed_at", models.DateTimeField()),
                ("state", models.CharField(default="pending", max_length=11)),
                ("refusal_text_id", models.CharField(blank=True, max_length=80)),
                ("settled_at", models.DateTimeField(null=True)),
                ("next_try_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["next_try_at"],
                        condition=Q(state="pending"),
                        name="certification_to_revoke",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state__in=["pending", "carried out", "refused"]),
                        name="certification_revocation_order_state",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="pending", settled_at__isnull=True)
                        | (~Q(state="pending") & Q(settled_at__isnull=False)),
                        name="certification_settled_to_revoke_say_when",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="refused", refusal_text_id__gt="")
                        | (~Q(state="refused") & Q(refusal_text_id="")),
                        name="certification_refused_to_revoke_say_why",
                    ),
                ],
            },
        ),
    ]
