"""Sessions that are open stay open: their rows move to the hash of their key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_tables")]
    operations = [
        migrations.AlterField(
            "session",
            "session_key",
            models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name="session key"),
        ),
        migrations.RunSQL(
            "UPDATE accounts_session "
            "SET session_key = encode(sha256(convert_to(session_key, 'UTF8')), 'hex')",
            "DELETE FROM accounts_session",
        ),
    ]
