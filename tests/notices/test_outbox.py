"""What is left in the outbox: sealed, once, and only if the caller's transaction holds."""

from datetime import timedelta
from importlib import import_module

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection, transaction
from django.utils import timezone

from senim.notices.models import Notice
from senim.notices.outbox import forget_settled, latest_about
from senim.notices.sealing import seal, unseal
from senim.settings import settings


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(row)::text, sealed FROM notices_notice AS row")
        return cursor.fetchone()


def test_recipient_and_words_are_sealed_at_rest(an_sms):
    an_sms(text="code 123456")
    row, sealed = stored()
    for secret in ("77015550101", "123456", "code"):
        assert secret not in row
        assert secret.encode() not in bytes(sealed)


def test_sealed_words_open_for_their_own_notice_only(a_mail):
    first, second = a_mail(), a_mail()
    words = {"to": "a"}
    assert unseal(first, seal(first, words)) == words
    with pytest.raises(InvalidTag):
        unseal(second, seal(first, words))


def test_a_notice_goes_with_its_transaction(a_mail):
    with transaction.atomic():
        a_mail()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert waiting_jobs() == 0


def test_each_notice_has_one_job(a_mail):
    a_mail()
    a_mail()
    assert waiting_jobs() == 2


def test_the_same_thing_is_said_once(an_sms):
    assert an_sms(dedupe="a") == an_sms(dedupe="a")
    assert an_sms(dedupe="b")
    assert Notice.objects.count() == waiting_jobs() == 2


def test_how_far_a_notice_has_come_is_known(a_mail, world, run_jobs):
    a_mail()
    assert latest_about("test:1") == "queued"
    run_jobs()
    assert latest_about("test:1") == "sent"
    assert latest_about("test:2") is None


def waiting_jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE 'notices.deliver%'")
        return cursor.fetchone()[0]


def queued():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, queue_name FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def test_mail_and_sms_wait_in_queues_of_their_own(a_mail, an_sms):
    a_mail()
    an_sms()
    assert queued() == [
        ("notices.deliver_mail", "notices.mail"),
        ("notices.deliver_sms", "notices.sms"),
    ]


def test_jobs_of_the_queue_that_both_shared_move_to_their_own(a_mail, an_sms, run_jobs, world):
    move = import_module("senim.notices.migrations.0002_a_queue_for_each_channel")
    a_mail()
    an_sms()
    with connection.cursor() as cursor:
        cursor.execute(move.TO_ONE_QUEUE)
        assert queued() == [("notices.deliver", "notices")] * 2
        cursor.execute(move.TO_THEIR_CHANNEL)
    assert {queue for _, queue in queued()} == {"notices.mail", "notices.sms"}
    assert run_jobs() == 2
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def test_notices_are_forgotten_long_after_their_fate_is_known_and_never_before(a_mail, an_sms):
    settled, waiting = a_mail(), an_sms()
    at = timezone.now()
    Notice.objects.filter(pk=settled).update(state="delivered", sealed=None, settled_at=at)
    assert forget_settled(at=at + settings.settled_notices_kept) == 0
    assert forget_settled(at=at + settings.settled_notices_kept + timedelta(seconds=1)) == 1
    assert Notice.objects.get().pk == waiting
