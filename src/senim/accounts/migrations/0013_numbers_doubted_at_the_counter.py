"""What the mobile operators said of a number before its code was sent at the counter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_counter"),
    ]

    operations = [
        migrations.AddField(
            model_name="counterapplication",
            name="number_doubted",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
