"""The outbox against the sandbox's message centre and mail server."""

from datetime import timedelta

import pytest


@pytest.fixture(autouse=True)
def _outbox(db):
    import senim.notices.tasks  # noqa: F401 (declares the task)

    yield
    from senim.notices import smpp

    smpp.disconnect()


@pytest.fixture
def a_mail():
    from django.utils import timezone

    from senim.notices.outbox import send_mail

    def leave(**more):
        given = {
            "to": "aigerim@mail.test",
            "subject": "Тақырып",
            "body": "Сәлем, әлем",
            "reference": "test:1",
        }
        return send_mail(**{**given, "at": timezone.now(), **more})

    return leave


@pytest.fixture
def an_sms():
    from django.utils import timezone

    from senim.notices.outbox import send_sms

    def leave(*, lives: timedelta | None = timedelta(minutes=5), **more):
        at = timezone.now()
        given = {"to": "+77015550101", "text": "Сәлем, әлем. Қош!", "reference": "test:1"}
        return send_sms(**{**given, "at": at, "expires_at": at + lives if lives else None, **more})

    return leave
