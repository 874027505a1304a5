from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0010_organisations_and_freezing")]

    operations = [
        AddIndexConcurrently(
            "session",
            models.Index(
                fields=["acting_for"],
                condition=Q(acting_for__isnull=False),
                name="sessions_of_organisations",
            ),
        ),
    ]
