"""Enrolment's tables. Nothing outside this room reads or writes them; only ``advance`` writes ``state``."""

import uuid

from django.db import models
from django.db.models import F, Q

from senim.countries.kz import roles
from senim.enrolment import revocation_process
from senim.enrolment.kinds import OPEN, STATES, TABLES, Kind
from senim.enrolment.process import Stage
from senim.enrolment.revocation_in_person_process import CONFIRMED as CONFIRMED_REVOCATIONS
from senim.enrolment.revocation_process import CERTIFICATE_REVOCATION
from senim.journal.rows import OfRecord
from senim.pki.crl import RevocationReason
from senim.process import ProcessTable


class Application(models.Model):
    """One application: for a signing and an authentication certificate, or to have certificates revoked.

    A reissue carries what its applicant signed (``applicant_document``, byte for byte), the signature, and
    the serial number it was signed with, as 40 hexadecimal digits. Names are the registry's spelling once the
    registry knows the person; where certificates are to be revoked, the certificates' own, with
    ``serial_numbers`` and ``revocation_reason``. Tokens are kept as SHA-256 only. ``taken_by`` is the
    operator who has the case in hand.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=12, null=True, unique=True)
    kind = models.CharField(max_length=10, default=Kind.ORDER)
    state = models.CharField(max_length=60, default=Stage.FILLING)
    state_since_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField()
    language = models.CharField(max_length=2)
    idempotency_key = models.UUIDField(unique=True)

    iin = models.CharField(max_length=12)
    surname = models.CharField(max_length=100)
    given_name = models.CharField(max_length=100)
    patronymic = models.CharField(max_length=100, blank=True)
    folded_name = models.CharField(max_length=300)
    email = models.EmailField(max_length=254)
    region = models.CharField(max_length=40)
    settlement = models.CharField(max_length=100)
    centre = models.CharField(max_length=60)
    storage = models.CharField(max_length=20)
    bin = models.CharField(max_length=12, blank=True, default="")
    role = models.CharField(max_length=20, blank=True, default="")
    organisation = models.CharField(max_length=200, blank=True, default="")
    policy_read_at = models.DateTimeField(null=True)
    policy_edition = models.CharField(max_length=16, blank=True, default="")

    sign_request = models.BinaryField(null=True)
    auth_request = models.BinaryField(null=True)
    sign_key_digest = models.BinaryField(null=True)
    auth_key_digest = models.BinaryField(null=True)
    registry_evidence = models.BinaryField(null=True)
    entity_evidence = models.BinaryField(null=True)
    applicant_document = models.BinaryField(null=True)
    applicant_signature = models.BinaryField(null=True)
    signed_with = models.CharField(max_length=40, blank=True, default="")
    serial_numbers = models.JSONField(default=list)
    revocation_reason = models.CharField(max_length=24, blank=True, default="")

    taken_by = models.UUIDField(null=True)
    identification = models.CharField(max_length=60, blank=True)
    papers = models.JSONField(default=list)
    refusal = models.JSONField(null=True)
    order_id = models.UUIDField(null=True, unique=True)

    own_link_digest = models.BinaryField(null=True, unique=True)
    install_link_digest = models.BinaryField(null=True, unique=True)
    withdrawal_link_digest = models.BinaryField(null=True, unique=True)
    withdrawal_until_at = models.DateTimeField(null=True)

    of_record = OfRecord(
        edition=4,
        since={
            **dict.fromkeys(("kind", "applicant_document", "applicant_signature", "signed_with"), 2),
            **dict.fromkeys(("bin", "role", "organisation", "entity_evidence", "policy_edition"), 3),
            **dict.fromkeys(("serial_numbers", "revocation_reason", "taken_by"), 4),
        },
    )

    @property
    def process(self) -> ProcessTable:
        return TABLES[self.kind]

    class Meta:
        indexes = [
            models.Index(fields=["iin"]),
            models.Index(fields=["due_at"], condition=Q(state__in=sorted(OPEN)), name="enrolment_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(STATES)), name="enrolment_state_is_in_the_table"
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.REISSUE)
                | Q(number__isnull=True)
                | Q(applicant_signature__isnull=False),
                name="enrolment_reissues_are_signed",
            ),
            models.CheckConstraint(
                condition=Q(role="", bin="", organisation="") | (Q(role__in=roles.ROLES) & ~Q(bin="")),
                name="enrolment_a_role_is_for_an_entity",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.REVOCATION, state__in=sorted(CONFIRMED_REVOCATIONS))
                | ~Q(revocation_reason=""),
                name="enrolment_revocations_say_why",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__regex=r"^[0-9]{12}$"),
                name="enrolment_number_is_twelve_digits",
            ),
            models.CheckConstraint(
                condition=Q(sign_key_digest__isnull=True) | ~Q(sign_key_digest=F("auth_key_digest")),
                name="enrolment_two_different_keys",
            ),
            models.UniqueConstraint(
                fields=["sign_key_digest"],
                condition=Q(state__in=sorted(OPEN)),
                name="enrolment_one_open_application_per_signing_key",
            ),
            models.UniqueConstraint(
                fields=["auth_key_digest"],
                condition=Q(state__in=sorted(OPEN)),
                name="enrolment_one_open_application_per_authentication_key",
            ),
        ]


class RevocationRequest(models.Model):
    """A person's signed request to revoke certificates (CA-8.P1), also one that was refused.

    They are their own, or with ``bin`` what somebody else holds for the organisation that they act for.
    ``document`` is what was signed, byte for byte; ``serial_numbers`` and ``signed_with`` as certification
    writes them: 40 hexadecimal digits.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=60, default=CERTIFICATE_REVOCATION.start)
    state_since_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField()
    language = models.CharField(max_length=2)

    account_id = models.UUIDField()
    iin = models.CharField(max_length=12)
    bin = models.CharField(max_length=12, blank=True, default="")
    email = models.CharField(max_length=254, blank=True)
    serial_numbers = models.JSONField()
    reason = models.CharField(max_length=24)
    document = models.BinaryField()
    signature = models.BinaryField()
    signed_with = models.CharField(max_length=40, blank=True)
    refusal = models.JSONField(null=True)

    of_record = OfRecord(edition=2, since={"bin": 2})

    @property
    def process(self) -> ProcessTable:
        return CERTIFICATE_REVOCATION

    class Meta:
        indexes = [
            models.Index(fields=["iin"], name="enrolment_revocations_of"),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=sorted(revocation_process.OPEN)),
                name="enrolment_revocations_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(CERTIFICATE_REVOCATION.states())),
                name="enrolment_revocation_state",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=[reason.value for reason in RevocationReason]),
                name="enrolment_revocation_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=revocation_process.Stage.REFUSED) | Q(refusal__isnull=False),
                name="enrolment_refused_revocations_say_why",
            ),
        ]


class StepTaken(models.Model):
    """One step a case took: what the clocks, the status page and the case file are made of."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.PositiveSmallIntegerField()
    clause = models.CharField(max_length=80)
    action = models.CharField(max_length=40)
    actor = models.CharField(max_length=60)
    operator_id = models.UUIDField(null=True)
    from_state = models.CharField(max_length=60)
    to_state = models.CharField(max_length=60)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField()
    within = models.DurationField(null=True)

    class Meta:
        abstract = True


class Passage(StepTaken):
    """One step an application took."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="passages")

    of_record = OfRecord()

    class Meta:
        ordering = ["place"]
        indexes = [models.Index(fields=["left_at"], name="enrolment_passages_left")]
        constraints = [
            models.UniqueConstraint(fields=["application", "place"], name="enrolment_one_passage_per_place"),
            models.CheckConstraint(
                condition=Q(left_at__gte=F("entered_at")), name="enrolment_passage_not_backwards"
            ),
        ]


class RevocationPassage(StepTaken):
    """One step a request to revoke took."""

    request = models.ForeignKey(RevocationRequest, on_delete=models.PROTECT, related_name="passages")

    of_record = OfRecord()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "place"], name="enrolment_one_revocation_step_per_place"
            ),
            models.CheckConstraint(
                condition=Q(left_at__gte=F("entered_at")), name="enrolment_revocation_not_backwards"
            ),
        ]


class PolicyEdition(models.Model):
    """Certificate policy and practice statement as somebody said to have read them, in every language."""

    number = models.CharField(primary_key=True, max_length=16)
    documents = models.JSONField()
    since_at = models.DateTimeField()

    of_record = OfRecord()


class AnsweredChallenge(models.Model):
    """A challenge of the order form that was answered: it does not serve twice."""

    nonce = models.CharField(primary_key=True, max_length=40)
    forget_at = models.DateTimeField(db_index=True)


class Attempt(models.Model):
    """One try at something limited, by the digest of a network or an identifier."""

    id = models.BigAutoField(primary_key=True)
    what = models.CharField(max_length=40)
    of = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["what", "of", "at"])]
