"""The table of operators comes over from enrolment as it is, and gets what a standing needs.

Nobody is lost and no id changes: whoever was active is in office, whoever was not is dismissed.
"""

import uuid
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

OPERATOR, APPLICATION = "operators.registrationauthorityoperator", "operators.operatorapplication"
OPEN = ["certificates issued", "certificates ordered", "letter and papers received"]
REFUSED = ["refused", "refused by the certification authority"]


def identifier() -> "models.UUIDField[uuid.UUID, uuid.UUID]":
    return models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)


def text(length: int, **more: Any) -> "models.CharField[str, str]":
    return models.CharField(max_length=length, **more)


def of(target: str, related_name: str, *, null: bool = False) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        to=target, null=null, on_delete=django.db.models.deletion.PROTECT, related_name=related_name
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [("enrolment", "0004_operators_move_out")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="RegistrationAuthorityOperator",
                    fields=[
                        ("id", identifier()),
                        ("iin", text(12, unique=True)),
                        ("name", text(200)),
                        ("office", text(60)),
                        ("active", models.BooleanField(default=True)),
                        ("appointed_at", models.DateTimeField()),
                    ],
                    options={"db_table": "enrolment_registrationauthorityoperator"},
                )
            ]
        ),
        migrations.AddField("registrationauthorityoperator", "absent_until", models.DateField(null=True)),
        migrations.AddField("registrationauthorityoperator", "email", text(254, blank=True, default="")),
        migrations.AddField("registrationauthorityoperator", "head_email", text(254, blank=True, default="")),
        migrations.AddField("registrationauthorityoperator", "head_name", text(200, blank=True, default="")),
        migrations.AddField("registrationauthorityoperator", "language", text(2, default="kk")),
        migrations.AddField("registrationauthorityoperator", "leaves_on", models.DateField(null=True)),
        migrations.AddField(
            "registrationauthorityoperator", "responsible", models.BooleanField(default=False)
        ),
        migrations.AddField("registrationauthorityoperator", "state", text(40, default="in office")),
        migrations.AddField(
            "registrationauthorityoperator", "state_since_at", models.DateTimeField(null=True)
        ),
        migrations.RunSQL(
            "UPDATE enrolment_registrationauthorityoperator SET state = 'dismissed' WHERE NOT active",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            "registrationauthorityoperator",
            models.CheckConstraint(
                condition=Q(active=True, state__in=["in office", "leaving"])
                | Q(active=False, state__in=["dismissed", "stopped", "suspended"]),
                name="operators_active_in_office_only",
            ),
        ),
        migrations.CreateModel(
            name="OperatorApplication",
            fields=[
                ("id", identifier()),
                ("state", text(40, default="letter and papers received")),
                ("state_since_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("recorded_by", text(120)),
                ("language", text(2)),
                ("iin", text(12)),
                ("surname", text(100)),
                ("given_name", text(100)),
                ("patronymic", text(100, blank=True)),
                ("email", text(254)),
                ("office", text(60)),
                ("letter_number", text(40)),
                ("letter_dated_on", models.DateField()),
                ("head_name", text(200)),
                ("head_email", text(254)),
                ("executor_name", text(200)),
                ("executor_email", text(254)),
                ("order_number", text(40)),
                ("order_dated_on", models.DateField()),
                ("carrier_model", text(100)),
                ("carrier_number", text(60)),
                ("carrier_evidence", text(20, default="stated")),
                ("sign_request", models.BinaryField()),
                ("auth_request", models.BinaryField()),
                ("refusal", models.JSONField(null=True)),
                ("order_id", models.UUIDField(null=True, unique=True)),
                ("operator", of(OPERATOR, "applications", null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state__in=sorted([*OPEN, *REFUSED, "installed on the carrier"])),
                        name="operators_application_state",
                    ),
                    models.CheckConstraint(
                        condition=~Q(state__in=REFUSED) | Q(refusal__isnull=False),
                        name="operators_refused_applications_say_why",
                    ),
                    models.UniqueConstraint(
                        fields=["iin"],
                        condition=Q(state__in=OPEN),
                        name="operators_one_open_application_each",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", identifier()),
                ("kind", text(20)),
                ("media_type", text(40)),
                ("content", models.BinaryField()),
                ("application", of(APPLICATION, "papers")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["application", "kind"], name="operators_one_paper_of_a_kind"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StepTaken",
            fields=[
                ("id", identifier()),
                ("place", models.PositiveSmallIntegerField()),
                ("clause", text(80)),
                ("action", text(40)),
                ("actor", text(60)),
                ("taken_by", text(120)),
                ("from_state", text(60)),
                ("to_state", text(60)),
                ("entered_at", models.DateTimeField()),
                ("left_at", models.DateTimeField()),
                ("note", text(1000, blank=True)),
                ("application", of(APPLICATION, "steps", null=True)),
                ("operator", of(OPERATOR, "steps", null=True)),
            ],
            options={
                "ordering": ["place"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["application", "place"], name="operators_one_application_step"
                    ),
                    models.UniqueConstraint(fields=["operator", "place"], name="operators_one_standing_step"),
                    models.CheckConstraint(
                        condition=Q(application__isnull=False, operator__isnull=True)
                        | Q(application__isnull=True, operator__isnull=False),
                        name="operators_a_step_is_of_one_case",
                    ),
                    models.CheckConstraint(
                        condition=Q(left_at__gte=F("entered_at")), name="operators_steps_go_forward"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Violation",
            fields=[
                ("id", identifier()),
                ("found_on", models.DateField()),
                ("said", text(1000)),
                ("recorded_by", text(120)),
                ("told_at", models.DateTimeField()),
                ("operator", of(OPERATOR, "violations")),
            ],
        ),
        migrations.CreateModel(
            name="Countersignature",
            fields=[
                ("id", identifier()),
                ("case", text(80)),
                ("document", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("signed_at", models.DateTimeField()),
                ("confirmed_by", of(OPERATOR, "covered_by")),
                ("operator", of(OPERATOR, "countersigned")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["case", "confirmed_by"], name="operators_one_countersignature_a_case"
                    ),
                    models.CheckConstraint(
                        condition=~Q(operator=F("confirmed_by")),
                        name="operators_nobody_is_their_own_second",
                    ),
                ],
            },
        ),
    ]
