"""Looks get a state of their own, claims and looks remember what the viewer acts for."""

from django.db import migrations, models
from django.db.models import Q

TO_STATES = """
UPDATE documents_view SET state = CASE
    WHEN stopped_by_owner THEN 'stopped' WHEN ended_at IS NOT NULL THEN 'finished' ELSE 'open' END
"""
FROM_STATES = "UPDATE documents_view SET stopped_by_owner = (state = 'stopped')"


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [
        migrations.AddField("claim", "organisation", models.CharField(blank=True, max_length=64, default="")),
        migrations.AddField("view", "organisation", models.CharField(blank=True, max_length=64, default="")),
        migrations.AddField("view", "state", models.CharField(max_length=10, default="allowed")),
        migrations.RunSQL(TO_STATES, FROM_STATES),
        migrations.RemoveField("view", "stopped_by_owner"),
        migrations.AlterField("claim", "organisation", models.CharField(blank=True, max_length=64)),
        migrations.AlterField("view", "organisation", models.CharField(blank=True, max_length=64)),
        migrations.AlterField("claim", "state", models.CharField(max_length=10, default="entered")),
        migrations.AlterField("grant", "state", models.CharField(max_length=10, default="chosen")),
        migrations.AddIndex(
            "view",
            models.Index(fields=["closes_at"], condition=Q(state="open"), name="documents_open_views"),
        ),
        migrations.AddConstraint(
            "claim",
            models.CheckConstraint(
                condition=Q(state__in=["approved", "refused", "waiting", "withdrawn"]),
                name="documents_claim_state",
            ),
        ),
        migrations.AddConstraint(
            "view",
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | Q(state__in=["finished", "run out", "stopped"], ended_at__isnull=False),
                name="documents_view_ends_once",
            ),
        ),
    ]
