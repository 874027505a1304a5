"""Accepted papers, and the copies handed out of them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def identifier() -> "models.UUIDField[uuid.UUID, uuid.UUID]":
    return models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", identifier()),
                ("reference", models.CharField(max_length=60)),
                ("number", models.CharField(max_length=12)),
                ("kind", models.CharField(max_length=60)),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("sealed", models.BinaryField(null=True)),
                ("digest", models.BinaryField()),
                ("accepted_at", models.DateTimeField()),
                ("accepted_by", models.CharField(max_length=60)),
                ("keep_until", models.DateField()),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["reference"], name="archive_papers_of"),
                    models.Index(
                        fields=["keep_until"], condition=Q(destroyed_at=None), name="archive_papers_due"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(sealed__isnull=True, destroyed_at__isnull=False)
                        | Q(sealed__isnull=False, destroyed_at__isnull=True),
                        name="archive_only_the_destroyed_have_no_body",
                    ),
                    models.CheckConstraint(condition=Q(size__gt=0), name="archive_papers_are_not_empty"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuedCopy",
            fields=[
                ("id", identifier()),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="archive.paper",
                    ),
                ),
                ("asked_by", models.CharField(max_length=200)),
                ("reason", models.CharField(max_length=500)),
                ("issued_at", models.DateTimeField()),
                ("issued_by", models.CharField(max_length=60)),
            ],
            options={
                "ordering": ["issued_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(asked_by="") & ~Q(reason=""), name="archive_copies_say_for_whom_and_why"
                    )
                ],
            },
        ),
    ]
