"""Who people are to the portal, and where they are signed in."""

import uuid
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

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
    acting_for = models.UUIDField(null=True)
    """The organisation its holder acts for here, in this ``role``; empty for a private person."""
    role = models.CharField(max_length=40, blank=True, db_default="")
    workplace = models.CharField(max_length=64, blank=True, db_default="")
    """Of an operator: the SHA-256 of the mark of the browser they sit at (CA-19.5a)."""
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["acting_for"],
                condition=Q(acting_for__isnull=False),
                name="sessions_of_organisations",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expire_date__gte=F("started_at")), name="session_ends_after_start"
            )
        ]
