import re

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from tests.guards.sources import calls, constant, own_files, where

MOMENT = re.compile(r"^at$|_at$|_until$")
NAMED_BY_OTHERS = {
    "not_before",
    "not_after",
    "this_update",
    "next_update",
    "gen_time",
    "last_login",
    "expire_date",
}
"""The standards' own words, and Django's."""
OURS = [model for model in apps.get_models() if model.__module__.startswith("senim.")]


def test_our_tables_are_found() -> None:
    assert len(OURS) > 10


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_foreign_key_leaves_its_room(model: type[models.Model]) -> None:
    for field in model._meta.get_fields():
        if field.is_relation and field.related_model:
            assert field.related_model._meta.app_label == model._meta.app_label, field.name


def test_no_foreign_key_names_its_table_in_a_string_of_another_room() -> None:
    found = [
        where(file, call)
        for file in own_files()
        if "migrations" not in file.parts
        for call in calls(file, "ForeignKey", "OneToOneField", "ManyToManyField")
        if call.args and "." in (constant(call.args[0]) or "")
    ]
    assert found == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_names_of_moments_end_in_at(model: type[models.Model]) -> None:
    moments = [field.name for field in model._meta.fields if isinstance(field, models.DateTimeField)]
    assert [name for name in moments if not MOMENT.search(name) and name not in NAMED_BY_OTHERS] == []


def test_the_migrations_say_what_the_models_say() -> None:
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    with translation.override(None):
        missing = detector.changes(graph=loader.graph)
    assert {room: [str(change) for change in changes] for room, changes in missing.items()} == {}


def test_every_room_has_one_newest_migration() -> None:
    """Two that were written side by side stop every instance from starting."""
    assert MigrationLoader(None).detect_conflicts() == {}
