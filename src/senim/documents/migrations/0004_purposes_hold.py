"""Every claim and look there is keeps to the rule of 0003."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_looks_of_systems")]
    operations = [
        ValidateConstraint("claim", "documents_claim_purpose_of_systems"),
        ValidateConstraint("view", "documents_view_purpose_of_systems"),
    ]
