"""What the doctor says of database roles: rights given or taken by hand, and roles that are above rights."""

import psycopg
import pytest
from django.db import connection
from tests import cluster
from tests.conftest import CLUSTER, WORKER
from tests.roles import as_process

from senim.runtime import steps
from senim.runtime.database import role_rights
from senim.runtime.database.role_rights import Granted
from senim.runtime.doctor import roles

TRIED = f"tried_{WORKER}"
"""An instance's owner: roles belong to the server, and other workers make theirs at the same time."""


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def superuser(cluster_running):
    url = cluster.socket_url(CLUSTER, "postgres", user="postgres")
    with psycopg.connect(url, autocommit=True) as server:
        yield server


@pytest.fixture
def another_instance(superuser, monkeypatch):
    """Other tests must not meet what is done to its roles."""
    superuser.execute(f"DROP ROLE IF EXISTS {TRIED}_messages")
    superuser.execute(f"CREATE ROLE {TRIED}_messages")
    monkeypatch.setattr(roles, "_owner", lambda: TRIED)
    yield superuser
    superuser.execute(f"DROP ROLE {TRIED}_messages")


def test_roles_and_rights_as_migrations_leave_them_are_well(look):
    assert look("roles") == []
    assert look("rights") == []


def test_the_doctors_own_role_sees_all_of_it(look, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "USER", "senim_command")
    execute("GRANT DELETE ON journal_entry TO senim_portal")
    with as_process("command"):
        assert look("roles") == []
        assert [id_ for _, id_, _ in look("rights")] == ["rights.too_much"]


@pytest.mark.parametrize(
    ("given", "role", "told"),
    [
        ("UPDATE (personal) ON journal_entry", "senim_portal", "UPDATE (personal) ON TABLE journal_entry"),
        ("SELECT ON accounts_account", "senim_messages", "SELECT ON TABLE accounts_account"),
        ("SELECT ON accounts_account", "PUBLIC", "SELECT ON TABLE accounts_account"),
        ("CREATE ON SCHEMA public", "senim_desk", "CREATE ON SCHEMA public"),
    ],
)
def test_a_right_too_many_is_told_and_taken_back_by_migrating(look, given, role, told):
    execute(f"GRANT {given} TO {role}")
    [(level, id_, facts)] = look("rights")
    assert (level, id_) == ("BROKEN", "rights.too_much")
    assert facts == {"role": role, "number": 1, "rights": told}
    assert steps.give_rights() == 1
    assert look("rights") == []


@pytest.mark.parametrize(
    ("taken", "role", "told"),
    [
        ("INSERT ON notices_notice", "senim_portal", "INSERT ON TABLE notices_notice"),
        ("UPDATE (label) ON certification_certificate", "senim_command", "UPDATE (label) ON TABLE"),
        ("USAGE ON SCHEMA public", "senim_responders", "USAGE ON SCHEMA public"),
    ],
)
def test_a_right_too_few_is_told_and_given_anew_by_migrating(look, taken, role, told):
    execute(f"REVOKE {taken} FROM {role}")
    [(level, id_, facts)] = look("rights")
    assert (level, id_, facts["role"]) == ("BROKEN", "rights.missing", role)
    assert facts["rights"].startswith(told)
    assert steps.give_rights() == facts["number"] == 1
    assert look("rights") == []


def test_a_right_on_a_table_is_taken_back_and_those_on_its_columns_stay(look):
    """PostgreSQL takes rights on columns away together with the table's."""
    execute("GRANT SELECT ON journal_entry TO senim_portal")
    [(_, _, facts)] = look("rights")
    assert facts["rights"] == "SELECT ON TABLE journal_entry"
    assert steps.give_rights() > 1
    assert look("rights") == []
    assert steps.give_rights() == 0


@pytest.mark.parametrize("given", ["SELECT", "SELECT (iin)"])
def test_a_stranger_who_may_look_into_our_tables_is_told_and_left_to_the_administrator(look, given):
    execute(f"GRANT {given} ON accounts_account TO pg_monitor")
    told = {"role": "pg_monitor", "number": 1, "rights": f"{given} ON TABLE accounts_account"}
    assert look("rights") == [("WARNING", "rights.of_stranger", told)]
    assert steps.give_rights() == 0


def test_of_many_rights_the_first_are_shown(look):
    execute("GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_account TO senim_responders")
    [(_, _, facts)] = look("rights")
    assert facts["number"] == 4
    assert facts["rights"].count("accounts_account") == 3
    assert facts["rights"].endswith("; …")


def test_a_role_that_is_not_there_is_told_once(look, monkeypatch):
    gone = Granted("TABLE", "accounts_account", "", "senim_lost", "SELECT")
    lost = role_rights.Difference(too_much=(), missing=(gone,))
    monkeypatch.setattr(roles, "ROLES", (*roles.ROLES, "lost"))
    monkeypatch.setattr(role_rights, "difference", lambda *_, **__: lost)
    assert look("rights") == [("BROKEN", "rights.no_role", {"role": "senim_lost"})]


@pytest.mark.parametrize("attributes", ["SUPERUSER", "CREATEROLE, BYPASSRLS"])
def test_a_role_that_may_do_too_much_is_told(look, another_instance, attributes):
    told = ("BROKEN", "roles.too_much", {"role": f"{TRIED}_messages", "rights": attributes})
    assert told not in look("roles")
    another_instance.execute(f"ALTER ROLE {TRIED}_messages {attributes.replace(',', '')}")
    assert told in look("roles")


def test_a_process_that_has_the_rights_of_another_role_is_told(look, another_instance):
    told = ("BROKEN", "roles.member", {"role": f"{TRIED}_messages", "other": "pg_read_all_data"})
    assert told not in look("roles")
    another_instance.execute(f"GRANT pg_read_all_data TO {TRIED}_messages")
    assert told in look("roles")


def test_a_process_that_owns_a_table_is_told(look):
    execute("GRANT CREATE ON SCHEMA public TO senim_desk")
    execute("ALTER TABLE enrolment_attempt OWNER TO senim_desk")
    facts = {"role": "senim_desk", "table": "enrolment_attempt", "owner": "senim"}
    assert look("roles") == [("BROKEN", "roles.owns", facts)]
