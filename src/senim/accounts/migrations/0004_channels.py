"""A request says by which channel it goes; the citizen's own channels share one open request."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_passwords_and_attempts")]
    operations = [
        migrations.AddField(
            model_name="numberrequest",
            name="channel",
            field=models.CharField(db_default="portal", default="portal", max_length=20),
        ),
        migrations.AddField(model_name="numberrequest", name="proof_id", field=models.UUIDField(null=True)),
        migrations.AddField(
            model_name="numberrequest",
            name="signature_wanted",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AlterField(
            model_name="numberrequest", name="state", field=models.CharField(max_length=20)
        ),
        migrations.RemoveConstraint(model_name="numberrequest", name="account_has_one_open_request"),
        migrations.AddConstraint(
            model_name="numberrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("channel__in", ["change", "mobile", "portal"]), ("closed_at", None)),
                fields=("account_id",),
                name="account_has_one_open_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="numberrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("account_id", "channel"),
                name="one_open_request_a_channel",
            ),
        ),
        migrations.RemoveConstraint(model_name="numberrequest", name="connected_only_signed"),
        AddConstraintNotValid(
            model_name="numberrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "connected"), _negated=True),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        models.Q(("signature__isnull", False), ("proof_id__isnull", False), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="connected_only_proven",
            ),
        ),
    ]
