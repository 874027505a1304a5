"""Applications to revoke in person, and whose hands a case is in.

Rules that take in the new stages are put up without reading the table; the next migration reads it.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

OPEN = [
    "applicant awaited at the desk",
    "applicant with a card at the desk",
    "awaiting the operator's confirmation",
    "certificates issued",
    "confirmation not in order",
    "confirmation verified",
    "confirmed by the operator's signature",
    "form being filled in",
    "found in the registry",
    "keys made on the card",
    "not as in the registry",
    "papers and identity in order",
    "papers handed in",
    "papers or identity not in order",
    "receipt given",
    "registered with a number",
    "registry asked",
    "request formed",
    "request not in order",
    "revoked, to be published",
]
STATES = sorted(
    [
        *OPEN,
        "certificates installed",
        "refused at the desk",
        "refused by the certification authority",
        "refused: not as in the registry",
        "revoked and published",
        "withdrawn",
    ]
)
DECIDED = sorted(
    [
        "awaiting the operator's confirmation",
        "confirmation not in order",
        "confirmed by the operator's signature",
        "revoked and published",
        "revoked, to be published",
    ]
)
ONE_OPEN = "enrolment_one_open_application_per_{}_key"


def one_open(field: str, what: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=[field], condition=Q(state__in=OPEN), name=ONE_OPEN.format(what))


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0008_stages_of_what_is_there")]
    operations = [
        migrations.AddField("application", "serial_numbers", models.JSONField(default=list)),
        migrations.AddField(
            "application", "revocation_reason", models.CharField(blank=True, default="", max_length=24)
        ),
        migrations.AddField("application", "taken_by", models.UUIDField(null=True)),
        migrations.RemoveConstraint("application", "enrolment_state_is_in_the_table"),
        AddConstraintNotValid(
            "application",
            models.CheckConstraint(condition=Q(state__in=STATES), name="enrolment_state_is_in_the_table"),
        ),
        AddConstraintNotValid(
            "application",
            models.CheckConstraint(
                condition=~Q(kind="revocation", state__in=DECIDED) | ~Q(revocation_reason=""),
                name="enrolment_revocations_say_why",
            ),
        ),
        migrations.RemoveIndex("application", "enrolment_due"),
        migrations.AddIndex(
            "application",
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN), name="enrolment_due"),
        ),
        migrations.RemoveConstraint("application", ONE_OPEN.format("signing")),
        migrations.AddConstraint("application", one_open("sign_key_digest", "signing")),
        migrations.RemoveConstraint("application", ONE_OPEN.format("authentication")),
        migrations.AddConstraint("application", one_open("auth_key_digest", "authentication")),
    ]
