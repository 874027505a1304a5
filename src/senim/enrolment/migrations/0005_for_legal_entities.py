"""Applications of people who act for a legal entity; which edition of the policy an applicant had read."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

ROLES = ("first_head", "right_to_sign", "financial", "personnel", "employee")


def words(longest: int) -> "models.CharField[str, str]":
    return models.CharField(blank=True, default="", max_length=longest)


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0004_operators_move_out")]
    operations = [
        migrations.AddField("application", "bin", words(12)),
        migrations.AddField("application", "role", words(20)),
        migrations.AddField("application", "organisation", words(200)),
        migrations.AddField("application", "entity_evidence", models.BinaryField(null=True)),
        migrations.AddField("application", "policy_edition", words(16)),
        AddConstraintNotValid(
            "application",
            models.CheckConstraint(
                condition=Q(role="", bin="", organisation="") | (Q(role__in=ROLES) & ~Q(bin="")),
                name="enrolment_a_role_is_for_an_entity",
            ),
        ),
    ]
