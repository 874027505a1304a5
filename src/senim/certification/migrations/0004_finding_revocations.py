from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("certification", "0003_shards_of_revocations")]

    operations = [
        AddIndexConcurrently("revocation", models.Index(fields=["shard"], name="certification_rev_shard")),
        AddIndexConcurrently(
            "revocation", models.Index(fields=["published_in"], name="certification_rev_published_in")
        ),
        AddIndexConcurrently(
            "revocation", models.Index(fields=["-revoked_at"], name="certification_rev_revoked_at")
        ),
    ]
