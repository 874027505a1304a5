"""Certification's tables. Nothing outside this room reads or writes them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from senim.certification import issuers
from senim.journal.rows import OfRecord
from senim.pki.crl import RevocationReason


class Order(models.Model):
    """What an operator signed: certify this person's keys. Settled once, by the authority worker."""

    PENDING, ISSUED, REFUSED = "pending", "issued", "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application_number = models.CharField(max_length=40, unique=True)
    document = models.BinaryField()
    operator_signature = models.BinaryField()
    sign_request = models.BinaryField()
    auth_request = models.BinaryField()
    placed_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=PENDING)
    refusal_text_id = models.CharField(max_length=80, blank=True)
    settled_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()

    of_record = OfRecord(leaving_out=frozenset({"attempts", "next_try_at"}))

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="pending"), name="certification_pending")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "issued", "refused"]), name="certification_order_state"
            ),
            models.CheckConstraint(
                condition=Q(state="pending", settled_at__isnull=True)
                | (~Q(state="pending") & Q(settled_at__isnull=False)),
                name="certification_settled_orders_say_when",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", refusal_text_id__gt="")
                | (~Q(state="refused") & Q(refusal_text_id="")),
                name="certification_refused_orders_say_why",
            ),
        ]


class RevocationOrder(models.Model):
    """What an operator signed: revoke these certificates of somebody who came in person (CA-10.T6)."""

    PENDING, CARRIED_OUT, REFUSED = "pending", "carried out", "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application_number = models.CharField(max_length=40, unique=True)
    document = models.BinaryField()
    operator_signature = models.BinaryField()
    placed_at = models.DateTimeField()
    state = models.CharField(max_length=11, default=PENDING)
    refusal_text_id = models.CharField(max_length=80, blank=True)
    settled_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField()

    of_record = OfRecord(leaving_out=frozenset({"next_try_at"}))

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="pending"), name="certification_to_revoke")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "carried out", "refused"]),
                name="certification_revocation_order_state",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", settled_at__isnull=True)
                | (~Q(state="pending") & Q(settled_at__isnull=False)),
                name="certification_settled_to_revoke_say_when",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", refusal_text_id__gt="")
                | (~Q(state="refused") & Q(refusal_text_id="")),
                name="certification_refused_to_revoke_say_why",
            ),
        ]


class CertifiedKey(models.Model):
    """Whose key this is: a key is certified for one person or body, and never again once compromised."""

    digest = models.BinaryField(primary_key=True)
    holder = models.CharField(max_length=120)
    compromised_at = models.DateTimeField(null=True)

    of_record = OfRecord()


class Certificate(models.Model):
    """One serial number and what it stands for. Without ``der`` it is an intent: recorded, not known to be
    signed.

    ``published_in`` is the first generation of status files that knows it; null while none does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.CharField(max_length=20)
    serial_number = models.CharField(max_length=40)
    profile = models.CharField(max_length=40)
    label = models.CharField(max_length=80, null=True, unique=True)
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="certificates")
    purpose = models.CharField(max_length=4, blank=True)
    iin = models.CharField(max_length=12, blank=True)
    bin = models.CharField(max_length=12, blank=True)
    key_digest = models.BinaryField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    tbs_digest = models.BinaryField()
    intended_at = models.DateTimeField()
    der = models.BinaryField(null=True)
    issued_at = models.DateTimeField(null=True)
    published_in = models.BigIntegerField(null=True)

    of_record = OfRecord(leaving_out=frozenset({"published_in"}))

    @classmethod
    def of_issuing(cls) -> "models.QuerySet[Certificate]":
        """Of whatever issuing authority, the present one or one before it."""
        return cls.objects.filter(issuer__in=issuers.ours())

    @classmethod
    def beginning(cls, digits: str) -> "models.QuerySet[Certificate]":
        """Whose serial number begins like this, by the index of serial numbers."""
        least, most = digits.lower().ljust(40, "0"), digits.lower().ljust(40, "f")
        return cls.of_issuing().filter(serial_number__gte=least, serial_number__lte=most)

    class Meta:
        indexes = [
            models.Index(fields=["iin"]),
            models.Index(fields=["bin", "-not_before"], condition=~Q(bin=""), name="certification_of_bin"),
            models.Index(fields=["key_digest"]),
            models.Index(
                fields=["serial_number"],
                condition=Q(published_in__isnull=True),
                name="certification_unpublished",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "serial_number"], name="certification_serial_number_once"
            ),
            models.UniqueConstraint(
                fields=["order", "purpose"], name="certification_one_certificate_a_purpose"
            ),
            models.CheckConstraint(
                condition=Q(serial_number__regex=r"^[0-9a-f]{40}$"), name="certification_serial_number_is_hex"
            ),
            models.CheckConstraint(
                condition=Q(der__isnull=True, issued_at__isnull=True)
                | Q(der__isnull=False, issued_at__isnull=False),
                name="certification_issued_certificates_are_stored",
            ),
        ]


class Revocation(models.Model):
    """A certificate taken back. Inserted once; nothing but ``published_in`` ever changes.

    ``shard`` is the part of the revocation list that the certificate names. It, and what is repeated of the
    certificate, is null in rows of earlier versions until the next publication (``revocation_rows``).
    """

    certificate = models.OneToOneField(
        Certificate, primary_key=True, on_delete=models.PROTECT, related_name="revocation"
    )
    reason = models.CharField(max_length=24)
    revoked_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    actor = models.CharField(max_length=120)
    shard = models.PositiveSmallIntegerField(null=True)
    issuer = models.CharField(max_length=20, null=True)
    serial_number = models.CharField(max_length=40, null=True)
    expires_at = models.DateTimeField(null=True)
    published_in = models.BigIntegerField(null=True)

    of_record = OfRecord(
        leaving_out=frozenset({"published_in", "shard", "issuer", "serial_number", "expires_at"})
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["revoked_at"],
                condition=Q(published_in__isnull=True),
                name="certification_rev_unpublished",
            ),
            models.Index(fields=["shard"], name="certification_rev_shard"),
            models.Index(
                fields=["revoked_at"], condition=Q(expires_at__isnull=True), name="certification_rev_lacking"
            ),
            models.Index(fields=["published_in"], name="certification_rev_published_in"),
            models.Index(fields=["-revoked_at"], name="certification_rev_revoked_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=[reason.value for reason in RevocationReason]),
                name="certification_revocation_reason",
            )
        ]


class StoppedSigner(models.Model):
    """An operator whose orders are refused, from ``stopped_at`` until ``admitted_at``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    iin = models.CharField(max_length=12)
    stopped_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True)

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["iin"],
                condition=Q(admitted_at__isnull=True),
                name="certification_stopped_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(admitted_at__isnull=True) | Q(admitted_at__gte=F("stopped_at")),
                name="certification_admitted_after_stopped",
            ),
        ]


class Generation(models.Model):
    """A generation of status files: recorded before it is shown, so that files ahead of us are noticed."""

    number = models.BigIntegerField(primary_key=True)
    written_at = models.DateTimeField()
    certificates = models.BigIntegerField()
    manifest_digest = models.BinaryField()


class TimeStamp(models.Model):
    """A time-stamp token that the responders gave away, once it is in the journal."""

    serial_number = models.CharField(primary_key=True, max_length=40)
    gen_time = models.DateTimeField()
    token_digest = models.BinaryField()
    journalled_at = models.DateTimeField()

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(serial_number__regex=r"^[0-9a-f]{40}$"), name="certification_time_stamp_is_hex"
            )
        ]


def hexadecimal(serial_number: int) -> str:
    """A serial number as we store it: sorts like the number."""
    return f"{serial_number:040x}"
