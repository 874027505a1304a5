"""What was sent of late is found without reading the whole outbox. Nobody waits for the index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notices", "0003_two_providers")]
    operations = [
        AddIndexConcurrently(
            "notice", models.Index(fields=["sent_at"], condition=~Q(provider=""), name="sms_by_time")
        ),
    ]
