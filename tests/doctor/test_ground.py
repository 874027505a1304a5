"""What the doctor says of everything an instance stands on, each broken for real."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection, models

from senim import journal
from senim.jobs import enqueue
from senim.journal.models import Checkpoint, TimeStamp, Witness
from senim.runtime import production
from senim.runtime.doctor.references import REFERENCES
from senim.settings import Mode, settings

NOW = datetime.now(UTC)


def ids(found):
    return [(level, id_) for level, id_, _ in found]


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_clock_that_is_off_is_told_by_how_much(look, world):
    source = f"ntp://127.0.0.1:{settings.sandbox_port}"
    assert look("time_source", time_source=source) == []
    world.fault("time", "off", seconds=3)
    assert ids(look("time_source", time_source=source)) == [("WARNING", "clock.source_differs")]
    world.fault("time", "off", seconds=3600)
    [(level, _, facts)] = look("time_source", time_source=source)
    assert level == "BROKEN"
    assert abs(float(facts["seconds"]) - 3600) < 2


def test_a_source_without_the_time_or_without_an_answer_confirms_nothing(look, world, free_ports):
    source = f"ntp://127.0.0.1:{settings.sandbox_port}"
    world.fault("time", "unsynchronised")
    [(level, id_, facts)] = look("time_source", time_source=source)
    assert (level, id_) == ("WARNING", "clock.silent")
    assert "does not know" in facts["reason"]
    [port] = free_ports(1)
    for silent in (f"ntp://127.0.0.1:{port}", f"http://127.0.0.1:{port}/", "daytime://127.0.0.1"):
        assert ids(look("time_source", time_source=silent)) == [("WARNING", "clock.silent")]


def test_the_date_of_an_answer_will_do_as_a_time_source(look, world):
    assert look("time_source", time_source=f"http://127.0.0.1:{settings.sandbox_port}/") == []


def test_without_a_source_a_laptop_is_not_checked_and_production_is_warned(look):
    assert look("time_source", time_source="") == []
    found = look("time_source", time_source="", mode=Mode.PRODUCTION)
    assert ids(found) == [("WARNING", "clock.no_source")]


def test_a_clock_off_the_databases_is_told(look, monkeypatch):
    assert look("clock") == []
    from senim.runtime.doctor import clock

    class Late(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) - timedelta(minutes=1)

    monkeypatch.setattr(clock, "datetime", Late)
    assert ids(look("clock")) == [("BROKEN", "clock.database_differs")]


def test_little_room_on_a_disk_is_told(look):
    assert look("disk", disk_warning_megabytes=1, disk_broken_megabytes=1) == []
    vast = 10**12
    assert ids(look("disk", disk_warning_megabytes=vast, disk_broken_megabytes=1)) == [
        ("WARNING", "disk.low")
    ]
    assert ids(look("disk", disk_warning_megabytes=vast, disk_broken_megabytes=vast)) == [
        ("BROKEN", "disk.full")
    ]


def test_a_secret_others_may_read_is_told(look):
    assert look("secret_files") == []
    file = settings.home / "secrets" / "otp"
    file.chmod(0o640)
    try:
        [(level, id_, facts)] = look("secret_files")
    finally:
        file.chmod(0o600)
    assert (level, id_, facts["path"], facts["mode"]) == ("BROKEN", "secret_files.open", file, "0640")


def test_a_job_that_waits_is_told_by_its_queue(look):
    enqueue("notices.deliver", queue="notices", notice=str(uuid.uuid4()))
    enqueue("notices.deliver", queue="later", at=NOW + timedelta(days=1), notice=str(uuid.uuid4()))
    assert look("queues") == []
    for seconds, level in ((120, "WARNING"), (3600, "BROKEN")):
        execute("UPDATE procrastinate_events SET at = now() - make_interval(secs => %s)", seconds)
        [(said, id_, facts)] = look("queues")
        assert (said, id_, facts["queue"]) == (level, "queues.waiting", "notices")
        assert abs(facts["seconds"] - seconds) < 5


def test_jobs_given_up_and_jobs_of_dead_workers_are_told(look):
    enqueue("notices.deliver", queue="notices", notice=str(uuid.uuid4()))
    execute("UPDATE procrastinate_jobs SET status = 'failed'")
    enqueue("enrolment.order_settled", queue="enrolment", order=str(uuid.uuid4()))
    execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes')")
    execute(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = worker.id "
        "FROM procrastinate_workers worker WHERE status = 'todo'"
    )
    assert ids(look("queues")) == [("WARNING", "queues.failed"), ("BROKEN", "queues.stalled")]
    execute("UPDATE procrastinate_workers SET last_heartbeat = now()")
    assert ids(look("queues")) == [("WARNING", "queues.failed")]


def test_records_the_sequencer_left_behind_are_told(look):
    execute("DELETE FROM journal_unsequenced")  # the ceremony's own records are of last month
    journal.record(verb="trial", clause="CA-5.15", subject="trial:1", at=NOW - timedelta(seconds=30))
    assert ids(look("journal", at=NOW)) == [("WARNING", "journal.waiting")]
    assert look("journal", at=NOW - timedelta(seconds=25)) == []
    assert ids(look("journal", at=NOW + timedelta(minutes=5))) == [("BROKEN", "journal.waiting")]


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("forked: it denies that we grew from what it signed", ("BROKEN", "witnesses.against_us")),
        ("ahead: it has signed 7 records, we 5", ("BROKEN", "witnesses.against_us")),
        ("silent: it answered 503", ("WARNING", "witnesses.silent")),
    ],
)
def test_a_witness_that_contradicts_or_has_long_been_silent_is_told(look, problem, told):
    since = NOW - timedelta(hours=1)
    Witness.objects.create(name="somebody+00", size=5, problem=problem, problem_since_at=since)
    Witness.objects.create(name="somebody else+00", size=5, signed_at=NOW)
    assert ids(look("witnesses", at=NOW)) == [told]
    if told[0] == "WARNING":
        assert look("witnesses", at=since + timedelta(minutes=1)) == []


def test_a_production_journal_without_a_witness_is_told(look):
    assert look("witnesses") == []
    found = look("witnesses", mode=Mode.PRODUCTION)
    assert ids(found) == [("WARNING", "witnesses.none")]
    assert look("witnesses", mode=Mode.PRODUCTION, journal_witnesses="/etc/senim/witnesses") == []


def test_a_checkpoint_that_gets_no_time_stamp_is_told(look):
    for size, at in ((5, NOW - timedelta(hours=3)), (8, NOW - timedelta(hours=2))):
        Checkpoint.objects.create(size=size, root=bytes(32), edge=[], note="", at=at)
    assert ids(look("time_stamps", at=NOW)) == [("WARNING", "time_stamps.missing")]
    TimeStamp.objects.create(size=5, token=b"", gen_time_at=NOW - timedelta(hours=3))
    [(_, _, facts)] = look("time_stamps", at=NOW)
    assert facts["since"] == f"{NOW - timedelta(hours=2):%F %H:%M} UTC"
    assert look("time_stamps", at=NOW - timedelta(hours=1)) == []


def test_a_reference_whose_target_is_gone_is_told_with_its_row(look):
    assert look("references") == []
    nobody = str(uuid.uuid4())
    execute(
        "INSERT INTO accounts_timelineentry (id, account_id, at, text_id, facts) "
        "VALUES (%s, %s, now(), 'x', '{}')",
        str(uuid.uuid4()),
        nobody,
    )
    [(level, id_, facts)] = look("references")
    assert (level, id_) == ("BROKEN", "references.orphans")
    assert (facts["place"], facts["number"], facts["rows"]) == (
        "accounts_timelineentry.account_id",
        1,
        nobody,
    )


NO_REFERENCES = {
    "enrolment_application.idempotency_key",  # chosen by the form
    "accounts_counterapplication.key",  # chosen by the form
    "accounts_numberrequest.proof_id",  # of one table or another, by the channel
}


def test_every_typed_id_is_a_line_of_the_table_of_references():
    """A column that holds another row's identifier without a foreign key must be looked after here."""
    found = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        if model.__module__.startswith("senim.")
        for field in model._meta.fields
        if isinstance(field, models.UUIDField) and not field.is_relation and not _is_key(field)
    }
    listed = {f"{each.table}.{each.column}" for each in REFERENCES}
    assert found - listed - NO_REFERENCES == set()


def _is_key(field):
    return field.primary_key and field.name == "id"


@pytest.mark.parametrize(
    ("fault", "finding"),
    [("down", "registries.silent"), ("unsigned", "registries.wrong"), ("foreign", "registries.wrong")],
)
def test_a_registry_that_is_silent_or_not_to_be_believed_is_told(look, world, fault, finding):
    assert look("registries") == []
    world.fault("gbdfl", fault)
    assert ids(look("registries")) == [("BROKEN", finding)]


def test_in_production_everything_that_senim_up_refuses_is_a_finding(look):
    refused = {refusal.id for refusal in production.refusals(replace(settings, mode=Mode.PRODUCTION))}
    assert {"sandbox_root", "key_file", "demonstration"} <= refused
    assert {id_ for _, id_, _ in look("mode", mode=Mode.PRODUCTION)} == refused
    assert look("mode") == []


def test_a_sandboxs_database_is_told_in_production(look):
    assert look("sandbox_in_database") == []
    found = look("sandbox_in_database", mode=Mode.PRODUCTION)
    assert ids(found) == [("BROKEN", "sandbox_database")]


@pytest.mark.django_db
def test_what_the_database_refuses_is_a_finding_and_not_the_doctors_end(look, monkeypatch):
    from senim.runtime.doctor import checks
    from senim.runtime.doctor.findings import Case, Check

    def refused(_):
        execute("SELECT nothing FROM nowhere")

    monkeypatch.setattr(checks, "CHECKS", (Check("trial", refused),))
    [(check, finding)] = list(checks.examine(Case(settings, NOW)))
    assert (check.name, finding.id, finding.level.name) == ("trial", "refused", "BROKEN")
