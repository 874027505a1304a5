import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CertifiedKey",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("holder", models.CharField(max_length=120)),
                ("compromised_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Generation",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("written_at", models.DateTimeField()),
                ("certificates", models.BigIntegerField()),
                ("manifest_digest", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("application_number", models.CharField(max_length=40, unique=True)),
                ("document", models.BinaryField()),
                ("operator_signature", models.BinaryField()),
                ("sign_request", models.BinaryField()),
                ("auth_request", models.BinaryField()),
                ("placed_at", models.DateTimeField()),
                ("state", models.CharField(default="pending", max_length=10)),
                ("refusal_text_id", models.CharField(blank=True, max_length=80)),
                ("settled_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["next_try_at"],
                        name="certification_pending",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "issued", "refused"])),
                        name="certification_order_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("state", "pending")),
                            models.Q(
                                models.Q(("state", "pending"), _negated=True), ("settled_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="certification_settled_orders_say_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("refusal_text_id__gt", ""), ("state", "refused")),
                            models.Q(models.Q(("state", "refused"), _negated=True), ("refusal_text_id", "")),
                            _connector="OR",
                        ),
                        name="certification_refused_orders_say_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("issuer", models.CharField(max_length=20)),
                ("serial_number", models.CharField(max_length=40)),
                ("profile", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=80, null=True, unique=True)),
                ("purpose", models.CharField(blank=True, max_length=4)),
                ("iin", models.CharField(blank=True, max_length=12)),
                ("bin", models.CharField(blank=True, max_length=12)),
                ("key_digest", models.BinaryField()),
                ("not_before", models.DateTimeField()),
                ("not_after", models.DateTimeField()),
                ("tbs_digest", models.BinaryField()),
                ("intended_at", models.DateTimeField()),
                ("der", models.BinaryField(null=True)),
                ("issued_at", models.DateTimeField(null=True)),
                ("published_in", models.BigIntegerField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="certification.order",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="revocation",
                        serialize=False,
                        to="certification.certificate",
                    ),
                ),
                ("reason", models.CharField(max_length=24)),
                ("revoked_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                ("actor", models.CharField(max_length=120)),
                ("published_in", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("published_in__isnull", True)),
                        fields=["revoked_at"],
                        name="certification_rev_unpublished",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "unspecified",
                                    "keyCompromise",
                                    "cACompromise",
                                    "affiliationChanged",
                                    "superseded",
                                    "cessationOfOperation",
                                    "certificateHold",
                                    "privilegeWithdrawn",
                                    "aACompromise",
                                ],
                            )
                        ),
                        name="certification_revocation_reason",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["iin"], name="certificati_iin_aa4bf2_idx"),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["key_digest"], name="certificati_key_dig_6b4e3e_idx"),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(
                condition=models.Q(("published_in__isnull", True)),
                fields=["serial_number"],
                name="certification_unpublished",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                fields=("issuer", "serial_number"), name="certification_serial_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                fields=("order", "purpose"), name="certification_one_certificate_a_purpose"
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("serial_number__regex", "^[0-9a-f]{40}$")),
                name="certification_serial_number_is_hex",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("der__isnull", True), ("issued_at__isnull", True)),
                    models.Q(("der__isnull", False), ("issued_at__isnull", False)),
                    _connector="OR",
                ),
                name="certification_issued_certificates_are_stored",
            ),
        ),
    ]
