"""Whoever changes a way of signing in tells its holder, over another channel than the one that changed.

Two things together show that of every verb: the list of all code that writes a factor's row, and a walk
through each verb on it which counts what was said.
"""

import ast
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from tests.accounts.authenticator import Authenticator
from tests.accounts.passkey_steps import LIST, enter, holds
from tests.accounts.phone_steps import connect
from tests.accounts.signing_in import OTHER_NUMBER, account_of, set_password
from tests.accounts.test_freezing import deny, unfreeze
from tests.guards.sources import SOURCE, parsed, python_files

from senim.accounts.models import Passkey, SubscriberNumber, TimelineEntry
from senim.accounts.timeline import Kind
from senim.notices.models import Notice

ROOM = SOURCE / "senim" / "accounts"
FACTORS = {"SubscriberNumber", "Passkey", "Password", "FreezeCase"}
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "save", "update", "delete"}
OPENS_NOTHING = {
    "passkeys/kept.py rename": "a name",
    "passkeys/sign_in.py _welcomed": "that it was used",
    "bank/checks.py compare": "a comparison, which has its own line in the history",
    "counter/confirming.py _connect": "the application; the number is connected by connect_now",
}
PASSWORD, GIVE_UP = "тағы бір ұзын құпиясөз", "/en/security/password/give-up/"


def writers(file: str, tree: ast.Module) -> Iterator[str]:
    """Functions that write rows, in a module that names a factor's model."""
    if not FACTORS & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and WRITES & {
            call.func.attr
            for call in ast.walk(node)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        }:
            yield f"{file} {node.name}"


# One walk for each: what happens before ``yield`` is not the change.


def chosen(one):
    one.browser.post(GIVE_UP)
    yield
    set_password(one)


def changed(one):
    yield
    set_password(one, PASSWORD)


def given_up(one):
    yield
    one.browser.post(GIVE_UP)


def passkey_added(one):
    yield
    holds(one)


def passkey_removed(one):
    holds(one)
    yield
    one.browser.post(f"{LIST}{Passkey.objects.get().pk}/remove/")


def passkey_copied(one):
    device = holds(one, Authenticator(count=7))
    yield
    enter(device, count=7)


def frozen(one):
    yield
    deny(one.browser)


def unfrozen(one):
    deny(one.browser)
    yield
    unfreeze(one)


def number_confirmed_again(one):
    yield
    connect(one, one.code_of)


def number_changed(one):
    yield
    connect(one, one.code_of, OTHER_NUMBER)


EVERYWHERE = {"cabinet", "mail", "sms"}
BUT_TO_THE_PHONE = {"cabinet", "mail"}
"""Where it is the phone that changes, and there was none before."""
WALKS = {
    chosen: ("passwords.py choose", EVERYWHERE),
    changed: ("passwords.py choose", EVERYWHERE),
    given_up: ("passwords.py _end", EVERYWHERE),
    passkey_added: ("passkeys/registration.py add", EVERYWHERE),
    passkey_removed: ("passkeys/kept.py remove", EVERYWHERE),
    passkey_copied: ("passkeys/sign_in.py _stop", EVERYWHERE),
    frozen: ("freezing/advance.py _advance", EVERYWHERE),
    unfrozen: ("freezing/advance.py _advance", EVERYWHERE),
    number_confirmed_again: ("connection.py connect_now", BUT_TO_THE_PHONE),
    number_changed: ("connection.py _release_who_held", EVERYWHERE),
}


@pytest.fixture
def owner(inside, code_of):
    """Aigerim, signed in by signature, with a password and a connected number."""
    account = account_of(inside)
    SubscriberNumber.objects.create(
        account_id=account.pk, number=inside.phone, request_id=account.pk, connected_at=timezone.now()
    )
    assert set_password(inside).status_code == 302
    inside.code_of = code_of
    return inside


def _said(one):
    """How often something was said of a factor, on each channel; codes are no news."""
    lines = TimelineEntry.objects.filter(account_id=account_of(one).pk, kind=Kind.FACTOR)
    news = Notice.objects.filter(expires_at=None)
    return {"cabinet": lines.count()} | {each: news.filter(channel=each).count() for each in ("mail", "sms")}


def spoken(walk: Callable, one) -> set[str]:
    """The channels on which a walk's change was told."""
    steps = walk(one)
    next(steps)
    before = _said(one)
    next(steps, None)
    return {channel for channel, count in _said(one).items() if count > before[channel]}


def test_every_verb_that_writes_a_factor_is_known():
    found = {
        name
        for file in python_files(ROOM)
        if not {"migrations", "models"} & set(file.parts)
        for name in writers(str(file.relative_to(ROOM)), parsed(file))
    }
    assert found == {verb for verb, _ in WALKS.values()} | set(OPENS_NOTHING)


@pytest.mark.clause("PT-2.4")
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_whoever_changes_a_factor_tells_over_another_channel(owner, walk):
    assert spoken(walk, owner) == WALKS[walk][1]


def test_a_silent_verb_would_be_found(owner):
    def silent(one):
        yield
        SubscriberNumber.objects.update(released_at=timezone.now(), released_because="given up")

    assert spoken(silent, owner) == set()
    planted = ast.parse("def slip_in():\n    Passkey.objects.all().delete()\n")
    assert list(writers("planted.py", planted)) == ["planted.py slip_in"]
