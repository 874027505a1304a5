"""Two people sign in with one carrier at the same moment: one workplace is left, and it is noticed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection
from django.utils import timezone
from tests.operators.signing_in import sign_in
from tests.ordering import at_the

from senim.accounts import sessions
from senim.accounts.models import Session
from senim.journal.models import Entry


@pytest.mark.clause("CA-19.5a")
@pytest.mark.django_db(transaction=True)
def test_of_two_workplaces_at_once_one_is_left(dauren, world, authority, monkeypatch):
    person = world.person("dauren")
    names = {name: getattr(person, name) for name in ("surname", "given_name", "patronymic")}
    keys = authority.issue("operator_auth", iin=person.iin, email=person.email, **names)
    Session.objects.all().delete()
    both, door = threading.Barrier(2), sessions.door

    def meet() -> str:
        """Where each has written its own session and has not looked for another's yet."""
        with suppress(threading.BrokenBarrierError):
            both.wait(1)
        return door()

    monkeypatch.setattr(sessions, "door", meet)

    def enter(_: int) -> int:
        try:
            return sign_in(keys)[1].status_code
        finally:
            connection.close()

    with at_the("desk"), ThreadPoolExecutor(2) as pool:
        assert 302 in pool.map(enter, range(2))  # the other's session may be over before it is answered
    assert Session.objects.filter(expire_date__gt=timezone.now()).exclude(workplace="").count() == 1
    assert Entry.objects.filter(verb="operators.notice_workplace").count() == 1
