"""``senim journal forget`` and ``adopt`` as typed: a process of its own, with the rights of ``command``."""

import json
import shutil
import subprocess
import sys

import pytest
from django.db import DatabaseError
from tests import cluster
from tests.conftest import CLUSTER, DATABASE, HOME
from tests.journal.commands import verdict
from tests.journal.conftest import AT, LATER
from tests.roles import as_process
from tests.runtime.conftest import ROOT, environment_of

from senim.accounts.models import Account
from senim.journal import record
from senim.journal.models import Entry
from senim.journal.sequencing import sequence
from senim.operators.models import RegistrationAuthorityOperator

COMMITTED = pytest.mark.django_db(transaction=True)
IIN = "940308492147"


@pytest.fixture
def typed(tmp_path, journal_key):
    """The home of this test's journal, with the seal of its records and the roles' own passwords."""
    shutil.copytree(HOME / "secrets", tmp_path / "secrets")
    for password in (CLUSTER / "secrets").glob("database*"):
        shutil.copy(password, tmp_path / "secrets")

    def senim(*words):
        said = subprocess.run(
            [sys.executable, "-m", "senim.runtime.console.command_line", *words, "--json"],
            env=environment_of(tmp_path) | {"SENIM_DATABASE_URL": cluster.socket_url(CLUSTER, DATABASE)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout)

    return senim


@COMMITTED
def test_a_persons_facts_are_forgotten(typed, journal_key):
    entry = record(verb="test", clause="", subject="thing:1", at=AT, personal={"iin": IIN})
    sequence(key=journal_key, at=LATER)
    assert typed("journal", "forget", str(entry)) == {"record_id": str(entry), "personal": True, "salts": 0}
    forgotten = Entry.objects.get(pk=entry)
    assert (forgotten.personal, forgotten.salt) == (None, None)
    assert Entry.objects.get(verb="journal.forget").actor == "command"
    assert verdict()["ok"]


@COMMITTED
def test_rows_without_a_record_are_vouched_for(typed):
    RegistrationAuthorityOperator.objects.create(iin=IIN, name="Х", office="almaty-1", appointed_at=AT)
    assert not verdict()["ok"]
    said = typed("journal", "adopt", "--reason", "copied from the old system")
    assert said == {"rows": {"enrolment_registrationauthorityoperator": 1}}
    adopting = Entry.objects.get(verb="journal.adopt")
    assert (adopting.actor, adopting.facts["reason"]) == ("command", "copied from the old system")
    assert verdict()["ok"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda: Account.objects.update(surname="Х"),
        lambda: Entry.objects.update(verb="something.else"),
        lambda: Entry.objects.all().delete(),
    ],
    ids=["a row of record", "a record", "that there is a record"],
)
def test_nothing_else_can_be_changed_from_the_console(journal_key, change):
    record(verb="test", clause="", subject="thing:1", at=AT)
    with as_process("command"), pytest.raises(DatabaseError, match="permission denied"):
        change()
