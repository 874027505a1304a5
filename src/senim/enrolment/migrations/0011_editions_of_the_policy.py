"""Editions of the certificate policy and practice statement that somebody said to have read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0010_what_is_there_keeps_the_new_rules")]
    operations = [
        migrations.CreateModel(
            name="PolicyEdition",
            fields=[
                ("number", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("documents", models.JSONField()),
                ("since_at", models.DateTimeField()),
            ],
        ),
    ]
