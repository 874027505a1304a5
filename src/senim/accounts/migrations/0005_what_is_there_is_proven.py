"""The check of 0004 is read against what is there; nobody waits for it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_channels")]
    operations = [ValidateConstraint("numberrequest", "connected_only_proven")]
