"""Connecting a number in the mobile app (PH-6): certificate, code, face and, by row 8, signature."""

from dataclasses import replace

import pytest
from django.test import Client
from tests.accounts import app_steps
from tests.accounts.app_steps import (
    CODE,
    DONE,
    FACE,
    PHONE,
    SIGN,
    confirmed,
    profile,
    recognised,
    show_face,
    way_back,
)
from tests.accounts.citizen import words
from tests.accounts.phone_steps import connect, encoded, wrong
from tests.accounts.signing_in import log_in, set_password

from senim.accounts import AccountId, number_requests
from senim.accounts.mobile import beginning
from senim.accounts.models import Account, NumberRequest, SubscriberNumber
from senim.journal.models import Entry
from senim.settings import RequestInApp, settings


@pytest.fixture
def as_clause_6_says(monkeypatch):
    """No signature at the end: the other position of the switch."""
    bare = replace(settings, number_request_in_app=RequestInApp.UNSIGNED)
    monkeypatch.setattr(number_requests, "settings", bare)


def request_now():
    return NumberRequest.objects.latest("created_at")


@pytest.mark.clause("PH-4")
@pytest.mark.clause("PH-6.1")
@pytest.mark.clause("PH-6.2")
@pytest.mark.clause("PH-6.3")
@pytest.mark.clause("PH-A5")
def test_a_number_is_connected_in_the_app_and_shown_in_its_profile(inside, code_of, world, as_clause_6_says):
    assert "No number yet" in profile(inside)
    confirmed(inside, code_of)
    assert not SubscriberNumber.objects.exists()
    answer = show_face(inside, world)
    assert answer["Location"] == DONE
    assert "The number is connected" in words(inside.browser.get(answer["Location"]))
    assert "+7 701 555 01 01" in profile(inside)
    assert (request_now().channel, request_now().signature) == ("mobile", None)
    steps = Entry.objects.filter(subject=f"number_request:{request_now().pk}").order_by("at")
    assert [(step.verb.removeprefix("accounts.numbers."), step.clause) for step in steps] == [
        ("get_code", "PH-6.2"),
        ("confirm_code", "PH-6.2"),
        ("recognise", "PH-6.2"),
        ("connect", "PH-6.3"),
    ]


@pytest.mark.clause("PH-A8a")
@pytest.mark.clause("PH-6.3")
def test_where_row_8_is_kept_the_request_is_certified_by_the_citizens_signature_too(inside, code_of, world):
    recognised(inside, code_of, world)
    assert not SubscriberNumber.objects.exists()
    assert inside.sign_request()["Location"] == DONE
    assert SubscriberNumber.objects.get().number == inside.phone
    assert Entry.objects.get(verb="accounts.numbers.connect").clause == "PH-A8a"
    assert "+7 701 555 01 01" in profile(inside)


@pytest.mark.clause("PH-A8a")
@pytest.mark.parametrize("signer", ["auth", "another"])
def test_where_row_8_is_kept_nobody_elses_signature_will_do(inside, code_of, world, people, signer):
    recognised(inside, code_of, world)
    by = inside.auth if signer == "auth" else people("daniyar").sign
    assert inside.sign_request(by=by).status_code == 409
    assert not SubscriberNumber.objects.exists()


@pytest.mark.clause("PH-A8a")
def test_a_request_keeps_what_it_was_begun_with(inside, code_of, world, monkeypatch):
    confirmed(inside, code_of)
    monkeypatch.setattr(
        number_requests, "settings", replace(settings, number_request_in_app=RequestInApp.UNSIGNED)
    )
    assert show_face(inside, world)["Location"] == SIGN
    assert not SubscriberNumber.objects.exists()


# What is refused


@pytest.mark.clause("PH-9")
@pytest.mark.clause("PH-A5")
@pytest.mark.parametrize("face", ["photograph", "alike", "stranger"])
def test_who_is_not_recognised_connects_nothing_and_the_request_is_refused(inside, code_of, world, face):
    confirmed(inside, code_of)
    answer = show_face(inside, world, face)
    assert answer.status_code == 409
    assert "PH-9" in words(answer)
    assert (request_now().state, bool(request_now().refusal)) == ("refused", True)
    assert Entry.objects.get(verb="accounts.numbers.refuse_biometrics").clause == "PH-9"
    assert inside.browser.post(FACE).status_code == 409
    assert not SubscriberNumber.objects.exists()


@pytest.mark.clause("PH-9")
def test_five_wrong_codes_refuse_the_request_in_the_app_too(inside, code_of):
    app_steps.ask_for_code(inside)
    code = code_of(inside.phone)
    answers = [inside.type_code(wrong(code)) for _ in range(5)]
    assert "was not connected: the code was wrong five times" in words(answers[-1])
    assert request_now().state == "refused"
    assert inside.browser.post(FACE).status_code == 409


@pytest.mark.clause("PH-A9.2")
def test_without_consent_the_app_refuses_too(inside):
    answer = app_steps.ask_for_code(inside, consent=False)
    assert answer.status_code == 409
    assert (request_now().channel, request_now().state) == ("mobile", "refused")


@pytest.mark.clause("PH-A9.1")
@pytest.mark.clause("PH-A8b")
def test_whose_identity_card_is_lost_is_refused_in_the_app_too(people):
    bolat = people("bolat")
    bolat.sign_in()
    answer = app_steps.ask_for_code(bolat)
    assert answer.status_code == 409
    assert "registered as lost" in words(answer)


def test_while_the_service_is_away_the_request_waits(inside, code_of, world):
    confirmed(inside, code_of)
    world.fault("identification", "down")
    assert inside.browser.post(FACE).status_code == 503
    assert request_now().state == "number confirmed"


@pytest.mark.clause("PH-6.1")
def test_who_signed_in_by_less_than_a_certificate_is_asked_for_one(inside):
    set_password(inside)
    browser = Client()
    log_in(inside.iin, browser=browser)
    answer = browser.post(PHONE, {"number": inside.phone, "consent": "on"})
    assert answer["Location"].startswith("/en/sign-in/?next=")
    assert not NumberRequest.objects.exists()


@pytest.mark.clause("PH-6.1")
@pytest.mark.parametrize("methods", [set(), {"code"}, {"password", "code"}, {"passkey"}])
def test_the_verb_itself_takes_a_certificate_only(inside, methods):
    with pytest.raises(beginning.NotSignedInByKey):
        begin(inside, methods=methods)
    assert not NumberRequest.objects.exists()


@pytest.mark.clause("PH-3")
def test_who_acts_for_an_organisation_connects_no_number_in_the_app(inside):
    with pytest.raises(beginning.ActsForOrganisation):
        begin(inside, organisation="Ұста")
    assert not NumberRequest.objects.exists()


def begin(citizen, *, methods=frozenset({"signature"}), organisation=""):
    from django.utils import timezone

    return beginning.begin(
        account_id=AccountId(Account.objects.get(iin=citizen.iin).pk),
        methods=methods,
        organisation=organisation,
        number=citizen.phone,
        consent=True,
        network="192.0.2.0/24",
        at=timezone.now(),
    )


@pytest.mark.clause("PH-8")
def test_another_number_is_not_changed_by_the_apps_way(inside, code_of):
    connect(inside, code_of)
    answer = app_steps.ask_for_code(inside, "+77015550177")
    assert answer.status_code == 409
    assert "Another number is connected to your account" in words(answer)
    assert SubscriberNumber.objects.get(released_at=None).number == inside.phone
    assert 'href="/en/phone/"' in profile(inside)


@pytest.mark.clause("PH-8")
def test_a_number_connected_elsewhere_meanwhile_is_not_replaced_without_a_signature(
    inside, code_of, world, as_clause_6_says
):
    confirmed(inside, code_of)
    SubscriberNumber.objects.create(
        account_id=request_now().account_id,
        number="+77015550177",
        request_id=request_now().account_id,
        connected_at=request_now().created_at,
    )
    assert show_face(inside, world).status_code == 409
    assert SubscriberNumber.objects.get(released_at=None).number == "+77015550177"
    assert request_now().state == "number confirmed"


# Steps out of turn, and other people's


@pytest.mark.clause("PH-6.2")
def test_the_face_comes_after_the_code_and_not_before(inside, code_of):
    assert app_steps.ask_for_code(inside).status_code == 302
    form = {"signature": encoded(inside.sign.sign(b"anything"))}
    back = f"{PHONE}seen/?session=00000000-0000-4000-8000-000000000000&code=x"
    assert inside.browser.post(FACE).status_code == 409
    assert inside.browser.get(back).status_code == 409
    assert inside.browser.post(SIGN, form).status_code == 409
    inside.type_code(code_of(inside.phone))
    assert inside.browser.post(f"{CODE}again/").status_code == 409
    assert inside.browser.get(back).status_code == 409
    assert request_now().state == "number confirmed"


@pytest.mark.clause("PH-6.2")
def test_nothing_is_signed_before_the_face_was_recognised(inside, code_of):
    confirmed(inside, code_of)
    form = {"signature": encoded(inside.sign.sign(b"anything"))}
    assert inside.browser.post(SIGN, form).status_code == 409
    assert inside.browser.get(SIGN)["Location"] == FACE
    assert not SubscriberNumber.objects.exists()


def test_a_step_without_a_request_is_missing(inside):
    assert inside.browser.get(FACE)["Location"] == "/en/phone/"
    assert inside.browser.post(FACE).status_code == 404


def test_the_way_back_taken_twice_connects_once(inside, code_of, world, as_clause_6_says):
    confirmed(inside, code_of)
    back = way_back(inside, world)
    assert [inside.browser.get(back)["Location"] for _ in range(2)] == [DONE] * 2
    assert SubscriberNumber.objects.count() == 1


def test_another_persons_way_back_is_worth_nothing_and_ends_nothing(inside, code_of, world, people):
    """A thief shows the citizen's browser an address of their own, or takes the citizen's to theirs."""
    confirmed(inside, code_of)
    daniyar = people("daniyar")
    daniyar.sign_in()
    confirmed(daniyar, code_of)
    mine, theirs = way_back(inside, world), way_back(daniyar, world)
    assert inside.browser.get(theirs).status_code == 409
    assert daniyar.browser.get(mine).status_code == 409
    assert not SubscriberNumber.objects.exists()
    assert inside.browser.get(mine)["Location"] == SIGN


def test_a_face_shown_for_one_request_serves_no_other(inside, code_of, world):
    confirmed(inside, code_of)
    back = way_back(inside, world)
    confirmed(inside, code_of, "+77015550177")
    assert inside.browser.get(back).status_code == 409
    assert request_now().state == "number confirmed"


def test_two_tabs_in_app_and_cabinet_share_one_request(inside, code_of):
    """The later one replaces the earlier: whose code is dead, and whose pages lead to what is due."""
    app_steps.ask_for_code(inside)
    old = code_of(inside.phone)
    assert inside.ask_for_code("+77015550177").status_code == 302
    assert inside.type_code(old).status_code == 409
    assert inside.browser.get(FACE)["Location"] == CODE
    states = NumberRequest.objects.order_by("created_at").values_list("channel", "state")
    assert list(states) == [("mobile", "replaced"), ("portal", "code sent")]


# A key in the app


@pytest.mark.clause("PH-6.1")
def test_a_key_is_made_in_the_app_on_an_own_valid_key(inside):
    assert inside.browser.post("/en/app/key/")["Location"] == "/en/reissue/"
    page = inside.browser.get("/en/reissue/").content.decode()
    assert 'value="browser" checked' in " ".join(page.split())


@pytest.mark.clause("PH-6.1")
def test_who_merely_has_the_phone_or_a_password_makes_no_key(inside):
    set_password(inside)
    thief = Client()
    log_in(inside.iin, browser=thief)
    answer = thief.post("/en/app/key/")
    assert answer.status_code == 409
    assert "a valid key of yours, or an operator" in words(answer)
    assert "PH-6.1" in words(answer)


@pytest.mark.clause("PH-6.1")
def test_the_apps_first_page_names_both_ways_to_a_certificate(db):
    page = Client().get("/en/app/").content.decode()
    assert 'href="/en/sign-in/?next=%2Fen%2Fapp%2F"' in page
    assert 'href="/en/order/"' in page
