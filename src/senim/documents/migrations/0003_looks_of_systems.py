"""Claims and looks of information systems: whose id a viewer's is, and the purpose a system named (DD-4b)."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

PURPOSE_OF_SYSTEMS = Q(viewer_kind="person", purpose="") | Q(
    viewer_kind="system", purpose__in=["present", "view"]
)


def kind() -> "models.CharField[str, str]":
    return models.CharField(db_default="person", default="person", max_length=10)


def purpose() -> "models.CharField[str, str]":
    return models.CharField(blank=True, db_default="", default="", max_length=20)


def checked(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=PURPOSE_OF_SYSTEMS, name=name)


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_states_from_the_tables")]
    operations = [
        migrations.AddField("claim", "viewer_kind", kind()),
        migrations.AddField("claim", "purpose", purpose()),
        migrations.AddField(
            "claim",
            "path",
            models.CharField(
                choices=[("qr", "Qr"), ("code", "Code")], db_default="code", default="code", max_length=4
            ),
        ),
        migrations.AddField("view", "viewer_kind", kind()),
        migrations.AddField("view", "purpose", purpose()),
        AddConstraintNotValid("claim", checked("documents_claim_purpose_of_systems")),
        AddConstraintNotValid("view", checked("documents_view_purpose_of_systems")),
    ]
