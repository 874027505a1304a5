"""Tables of operators. Nothing outside this room reads or writes them; only ``advance`` writes ``state``."""

import uuid

from django.db import models
from django.db.models import F, Q

from senim.journal.rows import OfRecord
from senim.operators.process import (
    ACTIVE,
    OPERATOR_APPLICATION,
    OPERATOR_STANDING,
    Stage,
    Standing,
)
from senim.process import ProcessTable

OPEN = OPERATOR_APPLICATION.states() - OPERATOR_APPLICATION.final


class RegistrationAuthorityOperator(models.Model):
    """Who may act at the desk, and in which office (CA-5.15). One row a person, also after they left.

    ``active`` says the same as ``state``, for versions before 0.4.0 and the records they wrote. The table has
    the name it was made under, in enrolment: the journal's statements on its rows name it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    iin = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=60)
    active = models.BooleanField(default=True)
    appointed_at = models.DateTimeField()

    state = models.CharField(max_length=40, default=Standing.IN_OFFICE)
    state_since_at = models.DateTimeField(null=True)
    absent_until = models.DateField(null=True)
    leaves_on = models.DateField(null=True)
    email = models.CharField(max_length=254, blank=True, default="")
    head_name = models.CharField(max_length=200, blank=True, default="")
    head_email = models.CharField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=2, default="kk")
    responsible = models.BooleanField(default=False)

    of_record = OfRecord(
        edition=2,
        since=dict.fromkeys(
            (
                *("state", "state_since_at", "absent_until", "leaves_on", "email"),
                *("head_name", "head_email", "language", "responsible"),
            ),
            2,
        ),
    )

    @property
    def process(self) -> ProcessTable:
        return OPERATOR_STANDING

    class Meta:
        db_table = "enrolment_registrationauthorityoperator"
        constraints = [
            models.CheckConstraint(
                condition=Q(active=True, state__in=sorted(ACTIVE))
                | Q(active=False, state__in=sorted(OPERATOR_STANDING.states() - ACTIVE)),
                name="operators_active_in_office_only",
            ),
        ]


class OperatorApplication(models.Model):
    """A letter that asks for an operator's certificates, with what came with it (CA-15.1b, CA-15.1c).

    That the carrier gives no key away is what the head states in the letter; ``carrier_evidence`` says so
    until carriers can prove it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=40, default=Stage.RECEIVED)
    state_since_at = models.DateTimeField()
    received_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    language = models.CharField(max_length=2)

    iin = models.CharField(max_length=12)
    surname = models.CharField(max_length=100)
    given_name = models.CharField(max_length=100)
    patronymic = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254)
    office = models.CharField(max_length=60)

    letter_number = models.CharField(max_length=40)
    letter_dated_on = models.DateField()
    head_name = models.CharField(max_length=200)
    head_email = models.CharField(max_length=254)
    executor_name = models.CharField(max_length=200)
    executor_email = models.CharField(max_length=254)
    order_number = models.CharField(max_length=40)
    order_dated_on = models.DateField()

    carrier_model = models.CharField(max_length=100)
    carrier_number = models.CharField(max_length=60)
    carrier_evidence = models.CharField(max_length=20, default="stated")

    sign_request = models.BinaryField()
    auth_request = models.BinaryField()
    refusal = models.JSONField(null=True)
    order_id = models.UUIDField(null=True, unique=True)
    operator = models.ForeignKey(
        RegistrationAuthorityOperator, null=True, on_delete=models.PROTECT, related_name="applications"
    )

    of_record = OfRecord()

    @property
    def process(self) -> ProcessTable:
        return OPERATOR_APPLICATION

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(OPERATOR_APPLICATION.states())),
                name="operators_application_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[Stage.REFUSED, Stage.REFUSED_BY_AUTHORITY])
                | Q(refusal__isnull=False),
                name="operators_refused_applications_say_why",
            ),
            models.UniqueConstraint(
                fields=["iin"],
                condition=Q(state__in=sorted(OPEN)),
                name="operators_one_open_application_each",
            ),
        ]


class Paper(models.Model):
    """A scan that came with an application before 0.6.0. Sealed since, it lies in the archive, and
    ``content`` is empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(OperatorApplication, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=20)
    media_type = models.CharField(max_length=40)
    content = models.BinaryField()

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "kind"], name="operators_one_paper_of_a_kind"),
        ]


class StepTaken(models.Model):
    """One step of an application or of a standing: the history. ``note`` is what was said with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        OperatorApplication, null=True, on_delete=models.PROTECT, related_name="steps"
    )
    operator = models.ForeignKey(
        RegistrationAuthorityOperator, null=True, on_delete=models.PROTECT, related_name="steps"
    )
    place = models.PositiveSmallIntegerField()
    clause = models.CharField(max_length=80)
    action = models.CharField(max_length=40)
    actor = models.CharField(max_length=60)
    taken_by = models.CharField(max_length=120)
    from_state = models.CharField(max_length=60)
    to_state = models.CharField(max_length=60)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField()
    note = models.CharField(max_length=1000, blank=True)

    of_record = OfRecord()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["application", "place"], name="operators_one_application_step"),
            models.UniqueConstraint(fields=["operator", "place"], name="operators_one_standing_step"),
            models.CheckConstraint(
                condition=Q(application__isnull=False, operator__isnull=True)
                | Q(application__isnull=True, operator__isnull=False),
                name="operators_a_step_is_of_one_case",
            ),
            models.CheckConstraint(
                condition=Q(left_at__gte=F("entered_at")), name="operators_steps_go_forward"
            ),
        ]


class Violation(models.Model):
    """What the provider found wrong in an operator's work, and told the operator's head (CA-15.2c)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operator = models.ForeignKey(
        RegistrationAuthorityOperator, on_delete=models.PROTECT, related_name="violations"
    )
    found_on = models.DateField()
    said = models.CharField(max_length=1000)
    recorded_by = models.CharField(max_length=120)
    told_at = models.DateTimeField()

    of_record = OfRecord()


class Countersignature(models.Model):
    """A second operator's signature under one operator's confirming one case all the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.CharField(max_length=80)
    confirmed_by = models.ForeignKey(
        RegistrationAuthorityOperator, on_delete=models.PROTECT, related_name="covered_by"
    )
    operator = models.ForeignKey(
        RegistrationAuthorityOperator, on_delete=models.PROTECT, related_name="countersigned"
    )
    document = models.BinaryField()
    signature = models.BinaryField()
    signed_at = models.DateTimeField()

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "confirmed_by"], name="operators_one_countersignature_a_case"
            ),
            models.CheckConstraint(
                condition=~Q(operator=F("confirmed_by")), name="operators_nobody_is_their_own_second"
            ),
        ]
