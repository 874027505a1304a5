from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certification", "0002_watermark_and_time_stamps")]

    operations = [
        migrations.AddField(
            model_name="revocation",
            name="shard",
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]
