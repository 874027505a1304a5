"""Which provider of SMS a notice went to, and how each provider is doing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_a_queue_for_each_channel")]
    operations = [
        migrations.AddField("notice", "provider", models.CharField(blank=True, db_default="", max_length=20)),
        migrations.AddField(
            "notice", "in_doubt_with", models.CharField(blank=True, db_default="", max_length=20)
        ),
        migrations.CreateModel(
            name="SmsProvider",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("weight", models.PositiveSmallIntegerField(null=True)),
                ("stepped_at", models.DateTimeField(null=True)),
                ("rests_until", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=80)),
                ("looked_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
