"""Steps of signing in without a certificate, and what a stranger can see of them."""

import json
import re
from contextlib import contextmanager

from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import hidden

from senim.accounts.models import Account

PASSWORD = "жеті көк қарға ұшты"
LOGIN, PAIR, CODE, AGAIN = (
    "/en/sign-in/password/",
    "/en/sign-in/number/",
    "/en/sign-in/code/",
    "/en/sign-in/code/again/",
)
NOBODYS_IIN = "980101300011"
"""Valid, and of nobody who has an account."""
OTHER_NUMBER = "+77015550199"


def an_account(citizen):
    """As a first sign-in would have opened it."""
    return Account.objects.create(
        iin=citizen.iin, **citizen.names, email="aigerim@mail.test", language="en", created_at=timezone.now()
    )


def set_password(citizen, password=PASSWORD):
    return citizen.browser.post("/en/security/password/", {"password": password})


def log_in(iin, password=PASSWORD, *, browser=None, **more):
    return (browser or Client()).post(LOGIN, {"iin": iin, "password": password}, **more)


def ask(identifier, number, *, browser, **form):
    return browser.post(PAIR, {"identifier": identifier, "number": number, **form})


def is_inside(browser):
    return browser.get("/en/cabinet/").status_code == 200


def token_of(page):
    return hidden(page, "csrfmiddlewaretoken")


@contextmanager
def traced():
    """The statements sent in this block, without their values."""
    seen = []

    def note(execute, sql, params, many, context):
        seen.append(re.sub(r'(SAVEPOINT) "\w+"', r"\1", sql if isinstance(sql, str) else sql.as_string()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def jobs():
    """Tasks and queues in the order they were enqueued, with the names of their arguments."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, queue_name, args FROM procrastinate_jobs ORDER BY id")
        return [(name, queue, sorted(json.loads(args))) for name, queue, args in cursor.fetchall()]


def without_tokens(page, *typed):
    """The page's bytes, less what is random or was typed in."""
    text = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", page.content.decode())
    for part in typed:
        text = text.replace(part, "·" * len(part))
    return text


def account_of(citizen):
    return Account.objects.get(iin=citizen.iin)


def as_if_by_signature(browser):
    """What signing in by signature leaves in the session of a browser that a test let in."""
    session = browser.session
    at = session.setdefault("started_at", timezone.now().isoformat())
    session["method"], session["steps"] = "signature", [{"method": "signature", "at": at}]
    session.save()
