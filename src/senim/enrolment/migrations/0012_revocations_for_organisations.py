"""Requests to revoke that an organisation makes: its BIN. Those made before are people's own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0011_editions_of_the_policy")]
    operations = [
        migrations.AddField(
            "revocationrequest", "bin", models.CharField(blank=True, default="", max_length=12)
        ),
    ]
