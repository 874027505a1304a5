import pytest
from django.db import connection

from senim.runtime.console.commands import parser
from senim.runtime.database.schema import NewerSchema, refuse_newer

pytestmark = pytest.mark.django_db


def applied(app: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", [app, name]
        )


def test_a_database_of_this_version_will_do() -> None:
    refuse_newer()


def test_a_database_of_a_newer_version_is_refused_by_name() -> None:
    applied("journal", "0999_of_next_year")
    with pytest.raises(NewerSchema, match="journal 0999_of_next_year"):
        refuse_newer()


def test_senim_migrate_leaves_a_newer_database_alone(caplog: pytest.LogCaptureFixture) -> None:
    applied("journal", "0999_of_next_year")
    options = parser("senim.runtime.console.migrate_command").parse_args(["migrate"])
    assert options.run(options) == 1
    assert "newer version of Senim" in caplog.text


def test_tables_of_another_program_are_none_of_our_business() -> None:
    applied("somebody_else", "0001_initial")
    refuse_newer()
