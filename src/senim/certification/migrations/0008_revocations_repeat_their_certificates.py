from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certification", "0007_orders_to_revoke")]

    operations = [
        migrations.AddField("revocation", "issuer", models.CharField(max_length=20, null=True)),
        migrations.AddField("revocation", "serial_number", models.CharField(max_length=40, null=True)),
        migrations.AddField("revocation", "expires_at", models.DateTimeField(null=True)),
    ]
