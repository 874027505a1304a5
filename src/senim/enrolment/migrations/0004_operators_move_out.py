"""Operators have a room of their own now. The table stays where it is, under its name."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0003_what_is_there_keeps_the_rules")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("RegistrationAuthorityOperator")]
        )
    ]
