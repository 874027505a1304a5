"""Editions of the certificate policy and practice statement that somebody said to have read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0006_roles_are_for_entities")]
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
