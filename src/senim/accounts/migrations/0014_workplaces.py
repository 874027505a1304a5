"""At which workplace an operator's session runs: empty for those that are open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_numbers_doubted_at_the_counter")]
    operations = [
        migrations.AddField(
            "session", "workplace", models.CharField(blank=True, db_default="", max_length=64)
        ),
    ]
