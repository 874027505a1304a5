"""The tables of accounts. Nothing outside this room reads or writes them."""

import uuid
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

from senim.accounts.process import RequestState
from senim.journal.rows import OfRecord


class Account(AbstractBaseUser):
    """A person known to the portal: opened at the first sign-in, keyed on the IIN."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    iin = models.CharField(max_length=12, unique=True)
    surname = models.CharField(max_length=100)
    given_name = models.CharField(max_length=100)
    patronymic = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="kk")
    created_at = models.DateTimeField()

    USERNAME_FIELD = "iin"
    of_record = OfRecord(leaving_out=frozenset({"password", "last_login"}))
    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(iin__regex=r"^\d{12}$"), name="account_iin_is_12_digits")
        ]

    def __str__(self) -> str:
        return f"account:{self.pk}"


class Session(AbstractBaseSession):
    """One browser at one door, under the hash of its key. ``account_id`` is empty until somebody signs in."""

    session_key = models.CharField("session key", max_length=64, primary_key=True)

    account_id = models.UUIDField(null=True, db_index=True)
    door = models.CharField(max_length=20)
    method = models.CharField(max_length=20, blank=True)
    """The strongest way its holder signed in here."""
    acr = models.CharField(max_length=20, blank=True, db_default="")
    amr = models.CharField(max_length=60, blank=True, db_default="")
    """Authentication context and methods (OpenID Connect Core, RFC 8176), of all ways used in it."""
    authenticated_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expire_date__gte=F("started_at")), name="session_ends_after_start"
            )
        ]


class SpentChallenge(models.Model):
    """A sign-in challenge that was answered once; a second answer meets the primary key."""

    nonce = models.CharField(primary_key=True, max_length=64)
    spent_at = models.DateTimeField(db_index=True)


class SubscriberNumber(models.Model):
    """A phone number connected to an account, from ``connected_at`` until ``released_at``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField(db_index=True)
    number = models.CharField(max_length=16)
    request_id = models.UUIDField(unique=True)
    connected_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_because = models.CharField(max_length=20, blank=True)

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(released_at=None), name="number_of_one_account"
            ),
            models.UniqueConstraint(
                fields=["account_id"], condition=Q(released_at=None), name="account_has_one_number"
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^\+\d{8,15}$"), name="number_is_e164"),
            models.CheckConstraint(
                condition=Q(released_at=None, released_because="")
                | Q(released_at__isnull=False) & ~Q(released_because=""),
                name="release_has_a_reason",
            ),
        ]


class NumberRequest(models.Model):
    """A citizen's electronic request to connect a number (PH-4), walked by ``process.SUBSCRIBER_NUMBER``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField()
    number = models.CharField(max_length=16)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=20, choices=[(state.value, state.value) for state in RequestState])
    consented_at = models.DateTimeField(null=True)
    evidence_digest = models.BinaryField(null=True)
    """SHA-256 of the registry's signed answer this request was let through by."""
    refusal = models.CharField(max_length=60, blank=True)
    signature = models.BinaryField(null=True)
    """The citizen's detached CMS over the text of the request."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"], condition=Q(closed_at=None), name="account_has_one_open_request"
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.CONNECTED)
                | Q(signature__isnull=False, confirmed_at__isnull=False),
                name="connected_only_signed",
            ),
        ]


class OneTimePassword(models.Model):
    """One code sent by SMS. ``attempts`` go on from the code before, where ``carried`` were made.

    ``account_id`` of a sign-in code stands for an IIN and a number together, whether or not anybody has them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=40)
    account_id = models.UUIDField()
    code_hmac = models.BinaryField()
    attempts = models.PositiveSmallIntegerField(default=0)
    carried = models.PositiveSmallIntegerField(default=0)
    series_started_at = models.DateTimeField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account_id", "purpose", "created_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "account_id"],
                condition=Q(used_at=None, replaced_at=None),
                name="one_live_code",
            )
        ]


class Password(models.Model):
    """A password of an account, from ``set_at`` until ``ended_at``; what ended keeps no hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField()
    hash = models.CharField(max_length=200, blank=True)
    """argon2id in its own notation, parameters and salt included."""
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    of_record = OfRecord()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"], condition=Q(ended_at=None), name="account_has_one_password"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) & ~Q(hash="") | Q(ended_at__isnull=False, hash=""),
                name="ended_passwords_are_wiped",
            ),
        ]


class SignInAttempt(models.Model):
    """Somebody tried to sign in with an identifier, known here or not: ``whose`` stands for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    whose = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    method = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["whose", "-at"], name="attempts_of_somebody"),
            models.Index(fields=["at"], name="attempts_by_age"),
        ]


class SendCounter(models.Model):
    """How many codes went to one number, account, network or the whole country in one window of time.

    Guesses at passwords are counted here too: the kind says what is counted.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    window_started_at = models.DateTimeField()
    sent = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "window_started_at"], name="one_counter")
        ]


class TimelineEntry(models.Model):
    """Something an account's holder is told in the cabinet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField()
    at = models.DateTimeField()
    text_id = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["account_id", "-at"])]
