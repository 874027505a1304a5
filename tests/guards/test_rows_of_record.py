"""Every table is on record or says why not; what a row's digest covers changes by a new edition only."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from senim.journal.rows import columns_of, tables_of_record

COLUMNS = Path(__file__).parent / "rows_of_record.txt"
NOT_ON_RECORD = {
    "accounts.OneTimePassword": "lives five minutes; what it led to is on record",
    "accounts.SendCounter": "counts, forgets",
    "accounts.RegistryRead": "told to whom it concerns, forgets; what was asked for is on record",
    "accounts.Session": "a browser; signing in is on record",
    "accounts.SignInAttempt": "told to whom it concerns, forgets; signing in is on record",
    "accounts.SpentChallenge": "lives ten minutes",
    "accounts.SpentProof": "lives minutes; the token it was for is on record",
    "accounts.SystemToken": "lives five minutes; that it was issued is on record",
    "accounts.TimelineEntry": "told from what is on record",
    "certification.Generation": "status files have a signed manifest of their own",
    "documents.Claim": "answered within a minute and forgotten; the look it led to is on record",
    "documents.QrToken": "lives fifteen seconds; the look it led to is on record",
    "documents.SpentCode": "keeps a code from being given again, forgets",
    "enrolment.AnsweredChallenge": "lives ten minutes",
    "enrolment.Attempt": "counts, forgets",
    "notices.Notice": "an outbox: wiped once delivered",
    "notices.SmsProvider": "how providers of SMS are doing; of nobody, and gone in minutes",
}
OURS = [
    model
    for model in apps.get_models()
    if model.__module__.startswith("senim.") and model._meta.app_label != "journal"
]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_table_is_on_record_or_says_why_not(model: type[models.Model]) -> None:
    assert hasattr(model, "of_record") != (model._meta.label in NOT_ON_RECORD)


def test_what_a_digest_covers_changes_by_a_new_edition_only() -> None:
    """A column more or less, under the same edition, would make every row recorded so far look tampered with.

    Add the column to ``since`` with the next edition, raise ``edition``, and add the new lines here.
    """
    found = [
        f"{table} {edition}: {' '.join(columns_of(model, edition))}"
        for table, model in tables_of_record().items()
        for edition in range(1, model.of_record.edition + 1)
    ]
    assert found == COLUMNS.read_text(encoding="utf-8").splitlines()


def test_what_is_left_out_is_a_column() -> None:
    for model in tables_of_record().values():
        names = {field.name for field in model._meta.concrete_fields}
        assert model.of_record.leaving_out <= names
        assert set(model.of_record.since) <= names
