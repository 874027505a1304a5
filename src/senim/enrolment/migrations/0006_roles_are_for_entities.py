"""What was put up without reading the table is read now; nobody waits for it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0005_for_legal_entities")]
    operations = [ValidateConstraint("application", "enrolment_a_role_is_for_an_entity")]
