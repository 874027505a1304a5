"""The order form: what is asked, what is checked at once, what the registry says; nothing typed is lost."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from cryptography import x509
from django.core import signing
from django.test import Client
from django.utils import timezone
from tests.ordering import OTHER_REGION, answer_to, applicant, desk_of, settle, text_of, value_of

from senim.certification import orders
from senim.certification.facts import OrderId
from senim.enrolment.addresses import WrongAddress, ascii_form
from senim.enrolment.applicant import NameTooLong
from senim.enrolment.models import Application
from senim.enrolment.process import Stage
from senim.portal import challenge
from senim.settings import settings as instance_settings
from senim.texts import LANGUAGES, speaking

pytestmark = pytest.mark.django_db
FIELDS = ("iin", "surname", "given_name", "patronymic", "email", "region", "settlement", "centre", "storage")


@pytest.fixture
def aigerim(world, authority):
    return applicant(world.person("aigerim"))


def kept(page, name: str) -> str:
    return value_of(page, name)


@pytest.mark.clause("CA-19.4a")
@pytest.mark.parametrize("ticked", [True, False])
def test_reading_is_recommended_and_its_acknowledgement_recorded_but_never_demanded(aigerim, ticked):
    page = aigerim.browser.get("/en/order/").content.decode()
    assert 'href="/en/order/standard/"' in page
    assert 'href="/en/order/policy/"' in page
    answer = aigerim.browser.post("/en/order/", {"read": "1"} if ticked else {})
    assert answer["Location"].endswith("/en/order/form/")
    number = aigerim.order()
    assert (Application.objects.get(number=number).policy_read_at is not None) is ticked


@pytest.mark.clause("CA-A2.1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_asks_what_the_annex_prints_and_stars_what_is_required(db, language):
    page = Client().get(f"/{language}/order/form/")
    body = page.content.decode()
    for name in (*FIELDS, "answer", "challenge"):
        assert f'name="{name}"' in body, name
    assert body.count("\u00a0*</") == len(FIELDS)  # every field but the patronymic, and the challenge
    assert 'name="clear"' in body
    assert "<optgroup" in body


@pytest.mark.clause("CA-A2.1", "CA-6.P1")
def test_an_empty_form_is_refused_field_by_field(db):
    page = Client().post("/en/order/form/", {})
    assert page.status_code == 422
    text = text_of(page)
    assert page.content.decode().startswith("<!doctype html>")
    assert "<title>Error:" in page.content.decode()
    for said in (
        "Enter your IIN",
        "Enter your surname",
        "Enter your given name",
        "Enter your e-mail",
        "Choose a region",
    ):
        assert said in text
    assert "Enter your patronymic" not in text
    assert Application.objects.count() == 0


@pytest.mark.clause("CA-20.3", "CA-6.P1")
@pytest.mark.parametrize(
    ("iin", "said"),
    [
        ("", "Enter your IIN"),
        ("94030849214", "IIN must have 12 digits. You entered 11"),
        ("940308492148", "its check digit does not fit"),
        ("941308492147", "The birth date in this IIN is impossible"),
        ("94030849214a", "An IIN has digits only"),
        ("020940900141", "This is a BIN"),
    ],
)
def test_a_wrong_identifier_stays_on_the_form_with_the_reason(aigerim, iin, said):
    page = aigerim.fill_in(iin=iin)
    assert page.status_code == 422
    assert said in text_of(page)
    assert kept(page, "surname") == "Сәрсенова"
    assert Application.objects.count() == 0


@pytest.mark.clause("CA-A2.1")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"email": "aigerim.posta.kz"}, "This is not an e-mail address"),
        ({"region": OTHER_REGION}, "This centre is in another region"),
        ({"region": "nowhere"}, "Choose a region"),
        ({"centre": "99-99"}, "Choose a registration centre"),
        ({"storage": "server"}, "Choose where to keep the key"),
        ({"surname": "<script>"}, "Only letters, spaces and hyphens"),
        ({"settlement": "x" * 101}, "at most 100 characters"),
    ],
)
def test_a_field_not_in_its_form_is_refused_with_the_reason(aigerim, change, said):
    page = aigerim.fill_in(**change)
    assert page.status_code == 422
    assert said in text_of(page)


@pytest.mark.clause("CA-A2.1")
def test_clear_forgets_what_was_typed(aigerim):
    assert aigerim.fill_in(email="nonsense").status_code == 422
    assert kept(aigerim.browser.get("/en/order/form/"), "surname") == "Сәрсенова"
    aigerim.browser.post("/en/order/form/", {"clear": "1"})
    assert "Сәрсенова" not in aigerim.browser.get("/en/order/form/").content.decode()


class TestTheChallenge:
    @pytest.mark.clause("CA-A2.1")
    def test_a_wrong_answer_is_refused_and_another_number_asked(self, aigerim):
        page = aigerim.fill_in(answer="7")
        assert page.status_code == 422
        assert "The answer is wrong or too late" in text_of(page)
        assert aigerim.fill_in().status_code == 302

    @pytest.mark.clause("CA-A2.1")
    def test_a_challenge_serves_once(self, aigerim, world):
        page = aigerim.browser.get("/en/order/form/")
        answered = {"challenge": value_of(page, "challenge"), "answer": answer_to(page)}
        assert aigerim.fill_in(**answered).status_code == 302
        another = applicant(world.person("daniyar"))
        assert another.fill_in(**answered).status_code == 422

    @pytest.mark.clause("CA-A2.1")
    def test_a_challenge_lives_ten_minutes(self, aigerim):
        page = aigerim.browser.get("/en/order/form/")
        answered = {"challenge": value_of(page, "challenge"), "answer": answer_to(page)}
        with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
            assert aigerim.fill_in(**answered).status_code == 422

    @pytest.mark.clause("CA-A2.1")
    @pytest.mark.parametrize("token", ["", "forged", "eyJub25jZSI6IngifQ:1abc:def"])
    def test_a_forged_challenge_is_refused(self, aigerim, token):
        assert aigerim.fill_in(challenge=token, answer="42").status_code == 422

    def test_an_answered_challenge_is_not_asked_again_for_another_mistake(self, aigerim):
        page = aigerim.fill_in(email="nonsense")
        assert b'name="challenge"' not in page.content
        assert aigerim.browser.post("/en/order/form/", aigerim.typed).status_code == 302

    def test_the_number_stands_nowhere_in_digits(self, db):
        with speaking("en"):
            asked = challenge.ask(at=timezone.now())
        assert not any(character.isdigit() for character in asked.question)
        inside = signing.loads(asked.token, salt=challenge.SALT)
        assert set(inside) == {"nonce", "answer", "until"}
        assert len(inside["answer"]) == 64

    @pytest.mark.parametrize(
        ("language", "words"), [("kk", "қырық екі"), ("ru", "сорок два"), ("en", "forty-two")]
    )
    def test_numbers_are_said_in_each_language(self, language, words):
        with speaking(language):
            assert challenge.in_words(42) == words
            assert len({challenge.in_words(number) for number in range(21, 100)}) == 79


class TestTheRegistry:
    @pytest.mark.clause("CA-6.P2", "CA-6.C1")
    def test_a_folded_name_takes_the_registrys_spelling(self, aigerim):
        aigerim.typed |= {"surname": "САРСЕНОВА", "given_name": "айгерим", "patronymic": "Нурлан-кызы"}
        case = Application.objects.get(number=aigerim.order())
        assert (case.surname, case.given_name, case.patronymic) == ("Сәрсенова", "Айгерім", "Нұрланқызы")
        assert case.registry_evidence

    @pytest.mark.clause("CA-6.P3", "CA-6.C1")
    def test_somebody_the_registry_does_not_know_is_refused_with_the_reason_on_record(self, world, authority):
        nikita = applicant(world.person("nikita"))
        page = nikita.fill_in()
        assert page.status_code == 409
        assert "has no such IIN" in text_of(page)
        assert kept(page, "surname") == nikita.typed["surname"]
        case = Application.objects.get()
        assert (case.state, case.number) == (Stage.REFUSED_UNKNOWN, None)
        assert [step.clause for step in case.passages.all()] == ["CA-6.P1", "CA-6.P2", "CA-6.C1", "CA-6.P3"]

    @pytest.mark.clause("CA-6.P3")
    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("surname", "Иванова", "surname"),
            ("given_name", "Анна", "given name"),
            ("patronymic", "", "patronymic"),
        ],
    )
    def test_a_name_that_differs_is_refused_by_field_and_never_told(self, aigerim, field, typed, said):
        right = aigerim.typed[field]
        page = aigerim.fill_in(**{field: typed})
        assert page.status_code == 409
        assert f"Does not match the state database: {said}" in text_of(page)
        assert right not in page.content.decode()
        assert f'href="#id_{field}"' in page.content.decode()
        assert Application.objects.get().state == Stage.REFUSED_UNKNOWN

    @pytest.mark.clause("CA-6.P3", "CA-20.3")
    def test_an_annulled_identifier_is_refused(self, world, authority):
        page = applicant(world.person("viktor")).fill_in()
        assert page.status_code == 409
        assert "this IIN is annulled" in text_of(page)

    @pytest.mark.clause("CA-6.P2")
    @pytest.mark.parametrize("mode", ["down", "slow"])
    def test_a_registry_that_is_away_is_named_and_nothing_is_lost(self, aigerim, world, mode):
        world.fault("gbdfl", mode, seconds=30)
        page = aigerim.fill_in()
        assert page.status_code == 503
        assert "The state database of individuals is not answering" in text_of(page)
        assert all(kept(page, name) == aigerim.typed[name] for name in ("iin", "surname", "email"))
        assert Application.objects.count() == 0

    @pytest.mark.clause("CA-6.P2")
    def test_once_the_registry_is_back_the_same_page_goes_on(self, aigerim, world):
        world.fault("gbdfl", "garbage")
        assert aigerim.fill_in().status_code == 409
        world.fault("gbdfl", "ok")
        assert aigerim.browser.post("/en/order/form/", aigerim.typed).status_code == 302

    def test_too_many_tries_for_one_identifier_wait(self, aigerim):
        for _ in range(10):
            assert aigerim.fill_in(surname="Иванова").status_code == 409
        page = aigerim.fill_in()
        assert page.status_code == 409
        assert "Too many tries within an hour" in text_of(page)
        with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
            assert aigerim.fill_in().status_code == 302


def test_personal_facts_stay_out_of_the_journals_open_part(aigerim):
    from senim.journal.models import Entry

    aigerim.order()
    entry = Entry.objects.get(verb="enrolment.submit")
    written = json.dumps([entry.subject, entry.actor, entry.facts], ensure_ascii=False)
    for name in ("iin", "surname", "given_name", "email"):
        assert aigerim.typed[name] not in written


@pytest.mark.clause("CA-6.P1")
def test_an_order_that_is_neither_in_force_nor_demonstrated_takes_nobody(aigerim, monkeypatch):
    monkeypatch.setattr("senim.rulebook.settings", replace(instance_settings, demonstrated_rules=frozenset()))
    page = aigerim.fill_in()
    assert page.status_code == 409
    assert "no longer issued by this procedure" in text_of(page)


@pytest.mark.clause("CA-6.P1")
def test_the_page_says_that_the_order_is_only_demonstrated(db):
    assert "2014" in text_of(Client().get("/en/order/"))


LONG_SURNAME, LONG_NAME = "Ә" * 40, "Ө" * 24


@pytest.mark.clause("CA-6.P1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_too_long_for_a_certificate_is_refused_at_once(aigerim, language):
    page = aigerim.fill_in(surname=LONG_SURNAME, given_name=LONG_NAME)
    with speaking("en"):
        assert text_of(page).count(str(NameTooLong().reason)) >= 2, "beside both fields"
    assert page.status_code == 409
    assert kept(page, "surname") == LONG_SURNAME
    assert not Application.objects.exists()
    with speaking(language):
        assert "64" in str(NameTooLong().reason)


@pytest.mark.clause("CA-6.P1")
def test_a_name_that_just_fits_is_compared_with_the_registry(aigerim):
    page = aigerim.fill_in(surname=LONG_SURNAME, given_name=LONG_NAME[1:])
    assert "Does not match the state database" in text_of(page)


@pytest.mark.clause("CA-6.P1")
@pytest.mark.parametrize("address", ["айгерім@mail.kz", "a@-.kz", "a@mail", f"{'a' * 65}@mail.kz"])
def test_an_address_no_certificate_holds_is_refused_at_once(aigerim, address):
    page = aigerim.fill_in(email=address)
    assert page.status_code in {409, 422}
    assert 'id="id_email-error"' in page.content.decode() or "email-error" in page.content.decode()
    assert not Application.objects.exists()


def test_the_verb_refuses_addresses_that_did_not_come_through_the_page():
    for address in ("айгерім@mail.kz", "a@", "@mail.kz", "a@b..kz", "a@x\u2024kz.\u0301"):
        with pytest.raises(WrongAddress):
            ascii_form(address)


@pytest.mark.clause("CA-6.P1", "CA-6.P11")
def test_an_address_with_a_kazakh_domain_is_written_to_and_certified(aigerim, world, authority, run_jobs):
    aigerim.typed["email"] = "Aigerim@пошта.қаз"
    number = aigerim.order()
    run_jobs()
    assert number in world.mail("Aigerim@xn--80a1acn3a.xn--80ao21a")[0].text.replace(" ", "").replace(
        "\xa0", ""
    )
    operator = desk_of(world.person("dauren"), authority)
    case = operator.find(number)
    assert "Aigerim@пошта.қаз" in text_of(operator.get(case))
    operator.confirm(number)
    settle(authority)
    order = Application.objects.get(number=number).order_id
    issued = orders.outcome(OrderId(order)).certificates
    assert len(issued) == 2
    for one in issued:
        names = x509.load_der_x509_certificate(one.der).extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
        assert names.value.get_values_for_type(x509.RFC822Name) == ["Aigerim@xn--80a1acn3a.xn--80ao21a"]


@pytest.mark.clause("CA-19.4b")
def test_an_external_protected_carrier_is_recommended_where_one_chooses_and_it_is_said_why(aigerim):
    page = aigerim.browser.get("/en/order/form/")
    said = text_of(page)
    assert "We recommend an external protected carrier" in said
    assert "the key is made there and cannot be copied" in said
    assert said.index("We recommend an external protected carrier") < said.index("Where to keep the key")
