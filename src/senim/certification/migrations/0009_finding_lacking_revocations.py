from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("certification", "0008_revocations_repeat_their_certificates")]

    operations = [
        AddIndexConcurrently(
            "revocation",
            models.Index(
                fields=["revoked_at"], condition=Q(expires_at__isnull=True), name="certification_rev_lacking"
            ),
        ),
    ]
