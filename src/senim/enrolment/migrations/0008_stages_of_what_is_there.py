"""The check of stages is read against what is there; nobody waits for it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0007_identity_cards")]
    operations = [ValidateConstraint("application", "enrolment_state_is_in_the_table")]
