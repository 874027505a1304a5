"""The holder opens a frozen account at the very moment staff answers its case: each happens once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection

from senim.accounts import AccountId
from senim.accounts.freezing import Line, answering, case_of, freeze, unfreeze, verbs
from senim.accounts.freezing.process import CaseState
from senim.accounts.freezing.verbs import NothingFrozen
from senim.accounts.models import Account, TimelineEntry
from senim.process import NotAllowed
from senim.texts import Text

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EACH = 8


@pytest.mark.clause("PT-2.4")
@pytest.mark.django_db(transaction=True)
def test_of_sixteen_at_once_one_opens_and_one_answers(monkeypatch):
    monkeypatch.setattr(verbs, "_check", lambda *_: None)  # whose signature it is, is shown elsewhere
    account = Account.objects.create(iin="940308492147", given_name="А", created_at=AT)
    me, line = AccountId(account.pk), Line(AT, Text("accounts.timeline.opened"))
    case = freeze(account_id=me, line=line, keep_session="", at=AT)
    start = threading.Barrier(2 * EACH)

    def opens():
        unfreeze(account_id=me, authentication=None, signature=b"signed", keep_session="", at=AT)

    def answers():
        answering.answer(case_id=case.case_id, words="It was you.", by=uuid4(), iin="900725492905", at=AT)

    def run(act):
        start.wait()
        try:
            act()
        except (NothingFrozen, NotAllowed) as refusal:
            return act.__name__, type(refusal).__name__
        finally:
            connection.close()
        return act.__name__, "done"

    with ThreadPoolExecutor(2 * EACH) as pool:
        outcomes = Counter(pool.map(run, [opens, answers] * EACH))
    assert outcomes == {
        ("opens", "done"): 1,
        ("opens", "NothingFrozen"): EACH - 1,
        ("answers", "done"): 1,
        ("answers", "NotAllowed"): EACH - 1,
    }
    assert case_of(me).state is CaseState.CLOSED
    told = TimelineEntry.objects.filter(account_id=me).values_list("text_id", flat=True)
    assert sorted(told) == [f"accounts.timeline.{what}" for what in ("freeze_answered", "frozen", "unfrozen")]
