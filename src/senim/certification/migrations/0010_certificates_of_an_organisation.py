"""An organisation's certificates, the newest first, without reading everybody's."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("certification", "0009_finding_lacking_revocations")]

    operations = [
        AddIndexConcurrently(
            "certificate",
            models.Index(fields=["bin", "-not_before"], condition=~Q(bin=""), name="certification_of_bin"),
        ),
    ]
