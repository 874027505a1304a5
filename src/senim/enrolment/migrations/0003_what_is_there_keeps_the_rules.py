"""What was put up without reading the table is read now; nobody waits for it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0002_reissue_and_revocation")]
    operations = [
        ValidateConstraint("application", "enrolment_state_is_in_the_table"),
        ValidateConstraint("application", "enrolment_reissues_are_signed"),
    ]
