import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_remote_identification")]

    operations = [
        migrations.CreateModel(
            name="Passkey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("account_id", models.UUIDField(db_index=True)),
                ("credential_id", models.BinaryField()),
                ("public_key", models.BinaryField()),
                ("sign_count", models.BigIntegerField()),
                ("backup_eligible", models.BooleanField()),
                ("backup_state", models.BooleanField()),
                ("name", models.CharField(max_length=60)),
                ("added_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("suspected_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("credential_id",),
                        name="credential_of_one_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at", None), models.Q(("public_key", b""), _negated=True)),
                            models.Q(("public_key", b""), ("removed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="removed_passkeys_are_wiped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("backup_eligible", True), ("backup_state", False), _connector="OR"
                        ),
                        name="backed_up_only_if_eligible",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignedStep",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("account_id", models.UUIDField()),
                ("subject", models.CharField(db_index=True, max_length=80)),
                ("acr", models.CharField(max_length=20)),
                ("amr", models.CharField(max_length=60)),
                ("authenticated_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField()),
            ],
        ),
    ]
