"""Issue onto an identity card: two more stages. The check of stages is put up without reading the table."""

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
]
STATES = sorted(
    [
        *OPEN,
        "certificates installed",
        "refused at the desk",
        "refused by the certification authority",
        "refused: not as in the registry",
        "withdrawn",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0006_roles_are_for_entities")]
    operations = [
        migrations.RemoveConstraint("application", "enrolment_state_is_in_the_table"),
        AddConstraintNotValid(
            "application",
            models.CheckConstraint(condition=Q(state__in=STATES), name="enrolment_state_is_in_the_table"),
        ),
        migrations.RemoveIndex("application", "enrolment_due"),
        migrations.AddIndex(
            "application",
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN), name="enrolment_due"),
        ),
        migrations.RemoveConstraint("application", "enrolment_one_open_application_per_signing_key"),
        migrations.AddConstraint(
            "application",
            models.UniqueConstraint(
                fields=["sign_key_digest"],
                condition=Q(state__in=OPEN),
                name="enrolment_one_open_application_per_signing_key",
            ),
        ),
        migrations.RemoveConstraint("application", "enrolment_one_open_application_per_authentication_key"),
        migrations.AddConstraint(
            "application",
            models.UniqueConstraint(
                fields=["auth_key_digest"],
                condition=Q(state__in=OPEN),
                name="enrolment_one_open_application_per_authentication_key",
            ),
        ),
    ]
