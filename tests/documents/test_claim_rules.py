"""The rules of QR and code to the second: who may, for how long, how often, and what is on record."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from senim.accounts import AccountId
from senim.accounts.models import Account
from senim.documents import access, claims, codes
from senim.documents.models import Claim, Grant, QrToken, View
from senim.journal.models import Entry
from senim.settings import settings

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(hours=24)
BANK = "«Сенім» банкі"


def person(iin, surname):
    account = Account.objects.create(
        iin=iin, surname=surname, given_name="Айнұр", patronymic="Болатқызы", created_at=AT
    )
    return AccountId(account.pk)


@pytest.fixture
def owner():
    return person("940308492147", "Сәрсенова")


@pytest.fixture
def viewer():
    return person("910924494167", "Бекова")


@pytest.fixture
def opened(owner):
    return access.open_access(owner=owner, kind="identity_card", at=AT)


def somebody():
    return AccountId(uuid.uuid4())


def enter(viewer, opened, at=AT, **how):
    return claims.enter_code(viewer=viewer, code=opened.code, at=at, **how)


def asking(owner, opened, at=AT):
    return claims.asking(owner=owner, grant_id=opened.grant_id, at=at)


def answer(owner, opened, claim, number=None, at=AT):
    return claims.answer(
        owner=owner,
        grant_id=opened.grant_id,
        claim_id=claim.claim_id,
        number=claim.number if number is None else number,
        at=at,
    )


def wrong(claim):
    return f"{(int(claim.number) + 1) % 10**6:06}"


def latest(verb):
    return Entry.objects.get(verb=verb)


def state(viewer, claim, at=AT):
    return claims.waiting(viewer=viewer, claim_id=claim.claim_id, at=at)


def test_a_scanned_qr_opens_for_whom_the_viewer_acts(opened, owner, viewer):
    view_id = claims.claim_qr(viewer=viewer, token=opened.token, at=AT + SECOND, organisation=BANK)
    view = View.objects.get(pk=view_id)
    assert (view.viewer_id, view.owner_id, view.grant_id) == (viewer, owner, opened.grant_id)
    assert (view.organisation, view.path, view.opened_at) == (BANK, "qr", AT + SECOND)
    token = QrToken.objects.get()
    assert (token.claimed_by, token.claimed_at) == (viewer, AT + SECOND)


def test_a_scanned_qr_spends_nobody_elses(opened, viewer):
    other = access.open_access(owner=person("890617391071", "Ахметов"), kind="identity_card", at=AT)
    claims.claim_qr(viewer=viewer, token=opened.token, at=AT)
    assert QrToken.objects.get(grant_id=other.grant_id).claimed_at is None
    assert claims.claim_qr(viewer=viewer, token=other.token, at=AT)


def test_a_second_click_leads_to_the_first_look_even_after_the_qr_ran_out(opened, viewer):
    first = claims.claim_qr(viewer=viewer, token=opened.token, at=AT)
    later = AT + settings.qr_grace + SECOND
    assert claims.claim_qr(viewer=viewer, token=opened.token, at=later) == first
    assert View.objects.count() == 1


def test_of_two_looks_of_one_viewer_each_qr_leads_to_its_own(opened, owner, viewer):
    first = claims.claim_qr(viewer=viewer, token=opened.token, at=AT)
    fresh = access.refresh(owner=owner, grant_id=opened.grant_id, at=AT + SECOND)
    second = claims.claim_qr(viewer=viewer, token=fresh.token, at=AT + SECOND)
    assert first != second
    assert claims.claim_qr(viewer=viewer, token=opened.token, at=AT + SECOND) == first
    assert claims.claim_qr(viewer=viewer, token=fresh.token, at=AT + 2 * SECOND) == second


def test_a_qr_serves_up_to_its_last_second(opened, viewer):
    with pytest.raises(claims.QrIsSpent) as spent:
        claims.claim_qr(viewer=viewer, token=opened.token, at=AT + settings.qr_grace)
    assert spent.value.clause == "DD-19a"
    assert claims.claim_qr(viewer=viewer, token=opened.token, at=AT + settings.qr_grace - SECOND)


def test_a_qr_of_a_closed_or_overdue_access_is_spent(opened, owner, viewer):
    QrToken.objects.update(expires_at=AT + DAY)
    with pytest.raises(claims.QrIsSpent):
        claims.claim_qr(viewer=viewer, token=opened.token, at=opened.closes_at)
    access.close_access(owner=owner, grant_id=opened.grant_id, at=AT)
    with pytest.raises(claims.QrIsSpent):
        claims.claim_qr(viewer=viewer, token=opened.token, at=AT)
    assert not View.objects.exists()


def test_a_code_may_be_typed_with_spaces_and_dashes(opened, owner, viewer):
    typed = f" {opened.code[:3]}\u00a0{opened.code[3:5]}-{opened.code[5:]} "
    said = claims.enter_code(viewer=viewer, code=typed, at=AT, organisation=BANK)
    asked = asking(owner, opened)
    assert (asked.claim_id, asked.who) == (said.claim_id, "Бекова Айнұр Болатқызы")
    assert (asked.organisation, asked.digits) == (BANK, 6)
    assert asked.answer_by == said.answer_by == AT + settings.claim_answer_within


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "१२३४५६", "٠١٢٣٤٥"])
def test_what_is_no_code_is_told_how_many_digits_it_has(viewer, typed):
    with pytest.raises(claims.NotACode) as refused:
        claims.enter_code(viewer=viewer, code=typed, at=AT)
    assert (refused.value.clause, refused.value.facts) == ("DD-2.4", {"digits": codes.CODE_DIGITS})


def test_a_typed_code_is_on_record_without_the_code(opened, viewer):
    said = enter(viewer, opened)
    entry = latest("documents.enter_code")
    assert (entry.clause, entry.actor) == ("DD-18a", f"account:{viewer}")
    assert (entry.subject, entry.at) == (f"claim:{said.claim_id}", AT)
    assert opened.code not in str(entry.facts)


def test_a_code_is_good_up_to_its_last_second_and_only_while_the_access_is_open(opened, owner, viewer):
    for at, reached in ((opened.code_expires_at - SECOND, True), (opened.code_expires_at, False)):
        Claim.objects.all().delete()
        enter(viewer, opened, at=at)
        assert (Claim.objects.get().grant_id == opened.grant_id) is reached
    Grant.objects.update(code_expires_at=AT + DAY)
    for at, reached in ((opened.closes_at - SECOND, True), (opened.closes_at, False)):
        Claim.objects.all().delete()
        enter(viewer, opened, at=at)
        assert (Claim.objects.get().grant_id == opened.grant_id) is reached
    access.close_access(owner=owner, grant_id=opened.grant_id, at=AT)
    Claim.objects.all().delete()
    enter(viewer, opened)
    assert Claim.objects.get().grant_id is None


def test_three_wait_for_one_owner_and_a_fourth_for_nobody(opened, owner):
    waiting = [enter(somebody(), opened, at=AT + number * SECOND) for number in range(4)]
    reached = Claim.objects.filter(grant_id=opened.grant_id).values_list("id", flat=True)
    assert set(reached) == {one.claim_id for one in waiting[:3]}
    over = AT + settings.claim_answer_within
    assert Claim.objects.get(pk=enter(somebody(), opened, at=over).claim_id).grant_id == opened.grant_id


def test_whoever_came_first_is_asked_about_first(opened, owner, viewer):
    other = person("890617391071", "Ахметов")
    second = enter(other, opened, at=AT + SECOND)
    first = enter(viewer, opened, at=AT)
    assert asking(owner, opened, at=AT + SECOND).claim_id == first.claim_id
    over = AT + settings.claim_answer_within
    assert asking(owner, opened, at=over - SECOND).claim_id == first.claim_id
    assert asking(owner, opened, at=over).claim_id == second.claim_id
    assert asking(owner, opened, at=over + SECOND) is None


def test_nobody_but_the_owner_is_told_who_asks(opened, viewer):
    enter(viewer, opened)
    assert asking(viewer, opened) is None
    assert asking(somebody(), opened) is None


def test_numbers_of_one_owners_claims_differ(opened, monkeypatch):
    drawn = iter(["111111", "111111", "222222"])
    monkeypatch.setattr(codes, "match_number", lambda: next(drawn))
    assert [enter(somebody(), opened).number for _ in range(2)] == ["111111", "222222"]


def test_the_right_number_lets_in_with_spaces_too(opened, owner, viewer):
    claim = enter(viewer, opened, organisation=BANK)
    at = AT + 5 * SECOND
    view_id = answer(owner, opened, claim, number=f" {claim.number[:3]} {claim.number[3:]}\n", at=at)
    view = View.objects.get(pk=view_id)
    assert (view.viewer_id, view.owner_id, view.organisation) == (viewer, owner, BANK)
    assert (view.path, view.opened_at) == ("code", at)
    said = state(viewer, claim, at=AT + DAY)
    assert (said.state, said.view_id, said.number) == ("opened", view_id, claim.number)
    entry = latest("documents.let_in")
    assert (entry.clause, entry.actor) == ("DD-16", f"account:{owner}")
    assert (entry.subject, entry.at) == (f"claim:{claim.claim_id}", at)


def test_a_claim_is_answered_once(opened, owner, viewer):
    claim = enter(viewer, opened)
    answer(owner, opened, claim)
    with pytest.raises(claims.ClaimIsGone) as gone:
        answer(owner, opened, claim)
    assert gone.value.clause == "DD-16"
    assert View.objects.count() == 1


def test_a_wrong_number_is_counted_and_on_record_and_the_second_burns(opened, owner, viewer):
    claim = enter(viewer, opened)
    with pytest.raises(claims.WrongNumber):
        answer(owner, opened, claim, number=wrong(claim))
    assert (Grant.objects.get().wrong_numbers, Grant.objects.get().state) == (1, "open")
    entry = latest("documents.wrong_number")
    assert (entry.clause, entry.actor, entry.at) == ("DD-16", f"account:{owner}", AT)
    assert entry.subject == f"grant:{opened.grant_id}"
    with pytest.raises(claims.GrantBurnt):
        answer(owner, opened, claim, number="", at=AT + SECOND)
    assert (Grant.objects.get().wrong_numbers, Grant.objects.get().state) == (2, "burnt")
    burnt = latest("documents.burn")
    assert (burnt.actor, burnt.at) == ("process:documents", AT + SECOND)
    with pytest.raises(access.AccessIsClosed):
        answer(owner, opened, claim)


def test_the_right_number_after_a_wrong_one_still_lets_in(opened, owner, viewer):
    claim = enter(viewer, opened)
    with pytest.raises(claims.WrongNumber):
        answer(owner, opened, claim, number=wrong(claim))
    assert answer(owner, opened, claim)


def test_an_answer_counts_up_to_its_last_second(opened, owner, viewer):
    claim = enter(viewer, opened)
    with pytest.raises(claims.ClaimIsGone):
        answer(owner, opened, claim, at=claim.answer_by)
    assert answer(owner, opened, claim, at=claim.answer_by - SECOND)


@pytest.mark.parametrize("verb", ["answer", "refuse"])
def test_only_the_owner_answers_and_only_while_the_access_is_open(opened, owner, viewer, verb):
    claim = enter(viewer, opened, at=AT)

    def say(who, at=AT, claim_id=claim.claim_id):
        number = {"number": claim.number} if verb == "answer" else {}
        verbs = {"answer": claims.answer, "refuse": claims.refuse}
        return verbs[verb](owner=who, grant_id=opened.grant_id, claim_id=claim_id, at=at, **number)

    for stranger in (viewer, somebody()):
        with pytest.raises(access.NoSuchGrant):
            say(stranger)
    Claim.objects.update(expires_at=AT + DAY)
    with pytest.raises(access.AccessIsClosed):
        say(owner, at=opened.closes_at)
    with pytest.raises(claims.ClaimIsGone):
        say(owner, claim_id=claims.ClaimId(uuid.uuid4()))
    say(owner, at=opened.closes_at - SECOND)
    with pytest.raises(claims.ClaimIsGone):
        say(owner)


def test_a_claim_on_another_access_is_not_answered_here(opened, owner, viewer):
    claim = enter(viewer, opened)
    other = access.open_access(owner=person("890617391071", "Ахметов"), kind="identity_card", at=AT)
    theirs = Grant.objects.get(pk=other.grant_id).owner_id
    with pytest.raises(claims.ClaimIsGone):
        answer(AccountId(theirs), other, claim)


def test_a_refused_viewer_is_told_no_more_than_one_who_waits(opened, owner, viewer):
    claim = enter(viewer, opened)
    claims.refuse(owner=owner, grant_id=opened.grant_id, claim_id=claim.claim_id, at=AT)
    entry = latest("documents.refuse_claim")
    assert (entry.clause, entry.actor, entry.at) == ("DD-16", f"account:{owner}", AT)
    assert asking(owner, opened) is None
    said = state(viewer, claim, at=claim.answer_by - SECOND)
    assert said == claims.Waiting("waiting", claim.number, claim.answer_by, None)
    assert state(viewer, claim, at=claim.answer_by).state == "no_answer"


def test_who_stops_waiting_is_told_so_and_counted_all_the_same(opened, owner, viewer):
    for _ in range(settings.claims_per_viewer_per_day):
        claim = enter(viewer, opened)
        claims.withdraw(viewer=viewer, claim_id=claim.claim_id, at=AT)
        assert state(viewer, claim).state == "no_answer"
        assert asking(owner, opened) is None
    entries = Entry.objects.filter(verb="documents.withdraw_claim")
    assert {(entry.clause, entry.actor, entry.at) for entry in entries} == {
        ("DD-18a", f"account:{viewer}", AT)
    }
    with pytest.raises(claims.TooManyClaims) as refused:
        enter(viewer, opened)
    assert (refused.value.clause, refused.value.facts) == ("DD-19a", {"count": 3})


def test_nobody_withdraws_for_another_nor_what_was_answered(opened, owner, viewer):
    claim = enter(viewer, opened)
    claims.withdraw(viewer=somebody(), claim_id=claim.claim_id, at=AT)
    assert state(viewer, claim).state == "waiting"
    view_id = answer(owner, opened, claim)
    claims.withdraw(viewer=viewer, claim_id=claim.claim_id, at=AT)
    assert state(viewer, claim).view_id == view_id
    with pytest.raises(claims.NoSuchClaim):
        state(somebody(), claim)


def test_unanswered_codes_count_for_a_day(opened, viewer):
    for _ in range(settings.claims_per_viewer_per_day):
        enter(viewer, opened)
    with pytest.raises(claims.TooManyClaims):
        enter(viewer, opened, at=AT + DAY - SECOND)
    enter(somebody(), opened)
    assert enter(viewer, opened, at=AT + DAY)
