"""The room's tables: who opened what to whom. Only ``advance`` writes a state; documents are never stored.

Accounts are other rooms' rows: they are held by id, without a foreign key.
"""

import uuid

from django.db import models
from django.db.models import F, Q

from senim.accounts.systems.process import OF_DOCUMENTS
from senim.documents.process import ClaimState, GrantState, ViewState
from senim.journal.rows import OfRecord

ORGANISATION = 64
"""As long as a certificate holds it."""
PURPOSE = 20


class Path(models.TextChoices):
    """What the viewer got hold of."""

    QR = "qr"
    CODE = "code"


class ViewerKind(models.TextChoices):
    """Whose id a viewer's is: an account's, or an admitted information system's."""

    PERSON = "person"
    SYSTEM = "system"


ONLY_SYSTEMS_NAME_A_PURPOSE = Q(viewer_kind="person", purpose="") | Q(
    viewer_kind="system", purpose__in=sorted(OF_DOCUMENTS)
)
"""DD-4b."""


class Grant(models.Model):
    """One "open access": from the moment the owner opens a document until it closes.

    The code and the QR token are derived from ``id`` and the counters with a secret, so that the owner's page
    can show them again and the database holds digests only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default=GrantState.CHOSEN)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    code_counter = models.IntegerField(default=0)
    code_digest = models.BinaryField()
    code_expires_at = models.DateTimeField()
    token_counter = models.IntegerField(default=0)
    wrong_numbers = models.SmallIntegerField(default=0)

    of_record = OfRecord(
        leaving_out=frozenset({"code_counter", "code_digest", "code_expires_at", "token_counter"})
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner_id"], condition=Q(state="open"), name="documents_one_open_grant_per_owner"
            ),
            models.UniqueConstraint(
                fields=["code_digest"], condition=Q(state="open"), name="documents_live_codes_differ"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "closed", "burnt"]), name="documents_grant_state"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opened_at")), name="documents_grant_interval"
            ),
        ]


class SpentCode(models.Model):
    """Digests of codes that were alive a short while ago: not given to anybody else yet."""

    id = models.BigAutoField(primary_key=True)
    code_digest = models.BinaryField()
    quarantined_until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["code_digest"]), models.Index(fields=["quarantined_until"])]


class QrToken(models.Model):
    """One QR picture of a grant: a digest of 128 random bits, claimed at most once."""

    digest = models.BinaryField(primary_key=True)
    grant_id = models.UUIDField(db_index=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_by = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)


class Claim(models.Model):
    """Somebody typed a code, or a system scanned a QR.

    ``grant_id`` is null where the code was nobody's; the viewer cannot tell.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant_id = models.UUIDField(null=True)
    viewer_id = models.UUIDField()
    viewer_kind = models.CharField(max_length=10, default=ViewerKind.PERSON, db_default=ViewerKind.PERSON)
    organisation = models.CharField(max_length=ORGANISATION, blank=True)
    """What the viewer acts for, by the certificate they signed in with."""
    purpose = models.CharField(max_length=PURPOSE, blank=True, default="", db_default="")
    path = models.CharField(max_length=4, choices=Path, default=Path.CODE, db_default=Path.CODE)
    number = models.CharField(max_length=6)
    state = models.CharField(max_length=10, default=ClaimState.ENTERED)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    view_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["viewer_id", "made_at"]), models.Index(fields=["grant_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["grant_id", "number"],
                condition=Q(state="waiting", grant_id__isnull=False),
                name="documents_numbers_of_a_grant_differ",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(set(ClaimState) - {ClaimState.ENTERED})),
                name="documents_claim_state",
            ),
            models.CheckConstraint(
                condition=ONLY_SYSTEMS_NAME_A_PURPOSE, name="documents_claim_purpose_of_systems"
            ),
        ]


class View(models.Model):
    """One third party looking at one document: the mark both cabinets show (DD-18b)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant_id = models.UUIDField()
    owner_id = models.UUIDField()
    viewer_id = models.UUIDField()
    viewer_kind = models.CharField(max_length=10, default=ViewerKind.PERSON, db_default=ViewerKind.PERSON)
    organisation = models.CharField(max_length=ORGANISATION, blank=True)
    purpose = models.CharField(max_length=PURPOSE, blank=True, default="", db_default="")
    kind = models.CharField(max_length=40)
    path = models.CharField(max_length=4, choices=Path)
    state = models.CharField(max_length=10, default=ViewState.ALLOWED)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    of_record = OfRecord(edition=2, since={"viewer_kind": 2, "purpose": 2})

    class Meta:
        indexes = [
            models.Index(fields=["owner_id", "-opened_at"]),
            models.Index(fields=["viewer_id", "-opened_at"]),
            models.Index(fields=["closes_at"], condition=Q(state="open"), name="documents_open_views"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | Q(state__in=["finished", "run out", "stopped"], ended_at__isnull=False),
                name="documents_view_ends_once",
            ),
            models.CheckConstraint(
                condition=ONLY_SYSTEMS_NAME_A_PURPOSE, name="documents_view_purpose_of_systems"
            ),
        ]
