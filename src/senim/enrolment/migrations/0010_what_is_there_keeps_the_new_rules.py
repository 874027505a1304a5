"""What was put up without reading the table is read now; the clocks get their index. Nobody waits for it."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enrolment", "0009_revocation_in_person")]
    operations = [
        ValidateConstraint("application", "enrolment_state_is_in_the_table"),
        ValidateConstraint("application", "enrolment_revocations_say_why"),
        AddIndexConcurrently("passage", models.Index(fields=["left_at"], name="enrolment_passages_left")),
    ]
