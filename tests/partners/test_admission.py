"""From an organisation's application at the portal to a decision at the desk, and back (DD-4a, DD-4b)."""

import base64
import json
from datetime import timedelta

import pytest
from django.utils import timezone
from joserfc.jwk import ECKey, OctKey, RSAKey
from tests.accounts.citizen import hidden, text_to_sign, words
from tests.accounts.signing_in import as_if_by_signature
from tests.ordering import Browser
from tests.partnering import (
    EVERYTHING,
    Partner,
    account_of,
    admitted_system,
    applied,
    names_of,
    official,
    representative,
    wish,
)
from tests.signing_pages import to_sign

from senim.accounts.models import Account, InformationSystem, SystemApplication, SystemStep
from senim.accounts.sessions import BACKEND
from senim.accounts.systems import applications, deciding, officials
from senim.accounts.systems.process import (
    SYSTEM_APPLICATION,
    SYSTEM_STANDING,
    Actor,
    OrganisationKind,
    Purpose,
    Step,
)
from senim.accounts.systems.refusals import (
    BeyondTheApplication,
    DecisionNotSigned,
    ExpiryInThePast,
    NotAnOfficial,
    NotTheRepresentative,
    OnlyForBanks,
)
from senim.accounts.systems.wishes import Wanted
from senim.process import NotAllowed

NEW, LIST = "/en/systems/new/", "/en/systems/"


def at_the_portal(world, person_id: str) -> Browser:
    person = world.person(person_id)
    account_of(person)
    browser = Browser("portal")
    browser.force_login(Account.objects.get(iin=person.iin), backend=BACKEND)
    as_if_by_signature(browser)
    return browser


def form(world, key=None, **changes):
    jwk = (key or ECKey.generate_key("P-256")).as_dict(private=False)
    return {
        "bin": world.legal_entity("bank").bin,
        "name": "Ұялы банк",
        "purposes": ["view", "subscriber_number"],
        "document_types": ["identity_card"],
        "keys": json.dumps(jwk),
        "contact_name": "Қосу бөлімі",
        "contact_email": "integration@bank.test",
        **changes,
    }


def signed(browser, path: str, holder):
    """The page is read, and its text comes back signed."""
    text = to_sign(browser.get(path))
    return browser.post(path, {"signature": base64.b64encode(holder.sign(text)).decode()})


@pytest.fixture
def marat(world, authority):
    return at_the_portal(world, "marat")


@pytest.fixture
def erlan(world, authority):
    """The official, signed in at the desk with a certificate for the authorised body."""
    who = official(world, authority)
    holder = representative(world, authority, "authorised-body", "first_head_auth")
    browser = enter(holder)[0]
    return browser, who


def enter(holder):
    browser = Browser("desk")
    page = browser.get("/en/official/sign-in/")
    signature = base64.b64encode(holder.sign(text_to_sign(page))).decode()
    given = {"challenge": hidden(page, "challenge"), "signature": signature}
    return browser, browser.post("/en/official/sign-in/", given)


@pytest.mark.clause("DD-4a")
def test_an_application_is_decided_and_the_system_enters(world, authority, marat, erlan, run_jobs) -> None:
    key = ECKey.generate_key("P-256")
    assert marat.post(NEW, form(world, key))["Location"] == "/en/systems/sign/"
    done = signed(marat, "/en/systems/sign/", representative(world, authority, "bank"))
    assert done["Location"] == LIST, words(done)
    assert "Awaits a decision" in words(marat.get(LIST))

    desk, who = erlan
    case = SystemApplication.objects.get()
    assert "Ұялы банк" in words(desk.get(LIST))
    page = words(desk.get(f"{LIST}applications/{case.pk}/"))
    assert key.thumbprint() in page
    assert "View digital documents" in page
    decide = f"{LIST}applications/{case.pk}/decide/?kind=bank&purposes=view&document_types=identity_card"
    text = json.loads(to_sign(desk.get(decide)))
    assert (text["decides"], text["purposes"], text["keys"]) == ("admit", ["view"], [key.thumbprint()])
    done = signed(desk, decide, who.holder)
    assert done["Location"] == f"{LIST}{case.pk}/", words(done)
    assert "Admitted" in words(desk.get(done["Location"]))
    for how in (desk.get(done["Location"]), marat.get(LIST)):
        assert "Signed in by: Electronic signature" in words(how)
    seen = words(desk.get(f"{LIST}applications/{case.pk}/"))
    assert "The applicant signed in by Electronic signature" in seen

    assert str(case.pk) in words(marat.get(LIST))
    partner = Partner(str(case.pk), key)
    assert partner.get("/v1/me").json()["purposes"] == ["view"]
    assert partner.ask_token(scope="subscriber_number").status_code == 400
    run_jobs()
    assert str(case.pk) in world.wait_for_mail("integration@bank.test").text
    step = SystemStep.objects.get(application=case)
    assert (step.clause, step.action) == ("DD-4a", "admit")
    assert json.loads(bytes(step.document)) == text
    assert bytes(step.signature)


def test_unfit_keys_are_refused_with_the_reason(world, marat) -> None:
    fit = ECKey.generate_key("P-256")
    for given, said in (
        (fit.as_dict(private=True), "private key"),
        (OctKey.generate_key(256).as_dict(), "private key"),
        (RSAKey.generate_key(2048).as_dict(private=False), "too short"),
        (ECKey.generate_key("P-384").as_dict(private=False), "of this kind"),
        ({"keys": [fit.as_dict(private=False)] * 2}, "twice"),
        ({"keys": []}, "neither a JWK"),
        ({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, "neither a JWK"),
        ({"kty": ["EC"], "crv": {}}, "of this kind"),
        ({**fit.as_dict(private=False), "kid": "\x00"}, "neither a JWK"),
        ({**fit.as_dict(private=False), "kid": "\ud800"}, "neither a JWK"),
        ([1, 2], "neither a JWK"),
    ):
        answer = marat.post(NEW, form(world, keys=json.dumps(given)))
        assert answer.status_code == 422
        assert said in words(answer), given
        assert "Ұялы банк" in answer.content.decode(), "what was typed is kept"


def test_what_is_wrong_is_said_in_the_form(world, marat) -> None:
    for changes, said in (
        ({"bin": "123"}, "12 digits"),
        ({"purposes": []}, "at least one purpose"),
        ({"document_types": []}, "do not fit"),
        ({"keys": ""}, "Fill this in"),
        ({"keys": "[" * 9000}, "neither a JWK"),
        ({"contact_email": "nobody"}, "e-mail address"),
    ):
        answer = marat.post(NEW, form(world, **changes))
        assert answer.status_code == 422
        assert said in words(answer), changes


def test_a_liquidated_organisation_and_one_that_is_none_cannot_apply(world, marat) -> None:
    gone, none = world.legal_entity("workshop").bin, "990140900018"
    assert "liquidated" in words(marat.post(NEW, form(world, bin=gone)))
    assert marat.post(NEW, form(world, bin=none)).status_code == 422


@pytest.mark.clause("DD-4a")
@pytest.mark.parametrize("whose", ["private person", "employee", "another organisation", "another person"])
def test_only_the_organisations_own_representative_applies(world, authority, marat, whose) -> None:
    head = world.person("marat")
    bank = {"bin": world.legal_entity("bank").bin, "organisation": world.legal_entity("bank").kk}
    own = {"iin": head.iin, **names_of(head)}
    holder = {
        "private person": lambda: authority.issue("individual_sign", **own),
        "employee": lambda: authority.issue("employee_sign", **own, **bank),
        "another organisation": lambda: authority.issue(
            "authorised_body", **own, bin=world.legal_entity("pharmacy").bin, organisation="Pharmacy"
        ),
        "another person": lambda: authority.issue(
            "authorised_body", iin=world.person("madina").iin, **names_of(world.person("madina")), **bank
        ),
    }[whose]()
    marat.post(NEW, form(world))
    answer = signed(marat, "/en/systems/sign/", holder)
    assert answer.status_code == 422
    assert "not this organisation" in words(answer)
    assert not SystemApplication.objects.exists()


def test_one_system_is_applied_for_once(world, authority, marat) -> None:
    applied(world, authority, ECKey.generate_key("P-256").as_dict(private=False))
    marat.post(NEW, form(world))
    answer = signed(marat, "/en/systems/sign/", representative(world, authority, "bank"))
    assert answer.status_code == 409
    assert "applied for already" in words(answer)


def test_other_keys_are_asked_for_by_whoever_applied(world, authority, marat, erlan) -> None:
    bank, new = admitted_system(world, authority), ECKey.generate_key("P-256")
    path = f"{LIST}{bank.client_id}/keys/"
    assert at_the_portal(world, "madina").get(path).status_code == 404
    assert marat.post(path, {"keys": json.dumps(new.as_dict(private=False))}).status_code == 302
    assert signed(marat, "/en/systems/sign/", representative(world, authority, "bank")).status_code == 302
    desk, who = erlan
    case = SystemApplication.objects.get(system_id=bank.client_id)
    done = signed(desk, f"{LIST}applications/{case.pk}/decide/", who.holder)
    assert done.status_code == 302, words(done)
    assert bank.ask_token().status_code == 401
    bank.key = new
    assert bank.get("/v1/me").status_code == 200


# At the desk


def test_the_desk_opens_its_systems_to_officials_only(world, authority, erlan) -> None:
    desk, who = erlan
    assert desk.get("/en/")["Location"] == LIST, "the operators' list is not theirs"
    assert desk.get("/en/operators/")["Location"] == LIST
    assert Browser("desk").get(LIST)["Location"].startswith("/en/official/sign-in/")
    assert desk.get(LIST, {"q": "\0"}).status_code == 200, "what no database holds is not looked for"
    officials.dismiss(iin=who.official.iin, by="test", at=timezone.now())
    assert desk.get(LIST)["Location"].startswith("/en/official/sign-in/")


@pytest.mark.parametrize("whose", ["nobody in the register", "another body", "no role"])
def test_only_a_registered_official_with_a_certificate_of_the_body_enters(world, authority, whose) -> None:
    who = official(world, authority).official
    person = world.person("erlan")
    own, body = {"iin": person.iin, **names_of(person)}, {"bin": who.bin, "organisation": "Body"}
    holder = {
        "nobody in the register": lambda: representative(world, authority, "bank", "first_head_auth"),
        "another body": lambda: authority.issue(
            "first_head_auth", **own, bin=world.legal_entity("bank").bin, organisation="Bank"
        ),
        "no role": lambda: authority.issue("employee_auth", **own, **body),
    }[whose]()
    browser, answer = enter(holder)
    assert answer.status_code == 409
    assert browser.get(LIST).status_code == 302


@pytest.mark.clause("DD-4a")
def test_a_refusal_has_a_reason_which_the_organisation_reads(
    world, authority, marat, erlan, run_jobs
) -> None:
    case = applied(world, authority, ECKey.generate_key("P-256").as_dict(private=False))
    desk, _ = erlan
    assert desk.post(f"{LIST}applications/{case}/refuse/", {"reason": "no"}).status_code == 422
    reason = "The system does not protect personal data"
    assert desk.post(f"{LIST}applications/{case}/refuse/", {"reason": reason}).status_code == 302
    assert reason in words(marat.get(LIST))
    run_jobs()
    assert reason in world.wait_for_mail("integration@bank.test").text
    again = desk.post(f"{LIST}applications/{case}/refuse/", {"reason": reason})
    assert again.status_code == 409


@pytest.mark.clause("DD-4a")
def test_an_official_suspends_in_one_step_and_signs_to_resume(world, authority, erlan) -> None:
    bank = admitted_system(world, authority)
    desk, who = erlan
    page = f"{LIST}{bank.client_id}/"
    assert desk.post(f"{page}suspend/", {"reason": "A key was copied"}).status_code == 302
    assert "Suspended" in words(desk.get(page))
    assert bank.ask_token().status_code == 400
    assert signed(desk, f"{page}resume/", who.holder).status_code == 302
    assert "Signed in by: Electronic signature" in words(desk.get(page))
    assert bank.ask_token().status_code == 200
    assert desk.post(f"{page}suspend/", {"reason": ""}).status_code == 422


def test_a_signature_to_resume_ends_one_suspension_only(world, authority, erlan) -> None:
    bank = admitted_system(world, authority)
    desk, who = erlan
    page = f"{LIST}{bank.client_id}/"
    desk.post(f"{page}suspend/", {"reason": "A key was copied"})
    signature = base64.b64encode(who.holder.sign(to_sign(desk.get(f"{page}resume/")))).decode()
    assert desk.post(f"{page}resume/", {"signature": signature}).status_code == 302
    desk.post(f"{page}suspend/", {"reason": "It was copied again"})
    assert desk.post(f"{page}resume/", {"signature": signature}).status_code == 409
    assert bank.ask_token().status_code == 400


@pytest.mark.clause("DD-4a")
@pytest.mark.parametrize("by", ["somebody else", "the official privately", "the official for another body"])
def test_a_decision_is_signed_by_the_official_for_the_body(world, authority, erlan, by) -> None:
    case = applied(world, authority, ECKey.generate_key("P-256").as_dict(private=False))
    person = world.person("erlan")
    own = {"iin": person.iin, **names_of(person)}
    holder = {
        "somebody else": lambda: representative(world, authority, "bank"),
        "the official privately": lambda: authority.issue("individual_sign", **own),
        "the official for another body": lambda: authority.issue(
            "authorised_body", **own, bin=world.legal_entity("bank").bin, organisation="Bank"
        ),
    }[by]()
    path = f"{LIST}applications/{case}/decide/?kind=bank&purposes=subscriber_number&document_types="
    desk, _ = erlan
    answer = signed(desk, path.removesuffix("&document_types="), holder)
    assert answer.status_code in {409, 422}, words(answer)
    assert not InformationSystem.objects.exists()


@pytest.mark.clause("DD-4b")
def test_a_decision_grants_no_more_than_was_asked_and_numbers_to_banks_only(world, authority) -> None:
    jwk = ECKey.generate_key("P-256").as_dict(private=False)
    case, who, at = applied(world, authority, jwk), official(world, authority), timezone.now()
    shop = applied(world, authority, jwk, entity="pharmacy", name="Till", purposes=(Purpose.VIEW,))

    def text(application_id, *wanted) -> bytes:
        return deciding.admission_to_sign(application_id=application_id, wanted=Wanted(*wanted), at=at)

    other, documents = OrganisationKind.OTHER, ("identity_card",)
    for application_id, wanted, refusal in (
        (shop, (other, (Purpose.PRESENT,), documents), BeyondTheApplication),
        (shop, (other, (Purpose.VIEW,), ()), BeyondTheApplication),
        (shop, (other, (), documents), BeyondTheApplication),
        (shop, (other, (Purpose.VIEW,), ("passport",)), BeyondTheApplication),
        (case, (other, EVERYTHING, documents), OnlyForBanks),
        (
            case,
            (OrganisationKind.BANK, EVERYTHING, documents, (at - timedelta(days=3)).date()),
            ExpiryInThePast,
        ),
    ):
        with pytest.raises(refusal):
            text(application_id, *wanted)
    less = Wanted(other, (Purpose.VIEW,), documents)
    more = who.holder.sign(text(case, OrganisationKind.BANK, EVERYTHING, documents))
    with pytest.raises(DecisionNotSigned):
        deciding.admit(application_id=case, wanted=less, signature=more, **by(who), at=at)


def test_whoever_left_decides_nothing(world, authority) -> None:
    who, at = official(world, authority), timezone.now()
    case = applied(world, authority, ECKey.generate_key("P-256").as_dict(private=False))
    wanted = Wanted(OrganisationKind.BANK, EVERYTHING, ("identity_card",))
    text = deciding.admission_to_sign(application_id=case, wanted=wanted, at=at)
    officials.dismiss(iin=who.official.iin, by="test", at=at)
    with pytest.raises(NotAnOfficial):
        deciding.admit(application_id=case, wanted=wanted, signature=who.holder.sign(text), **by(who), at=at)


def by(who):
    return {"official": who.official, "authentication": None}


def test_a_signature_for_one_wish_is_none_for_another(world, authority) -> None:
    head = account_of(world.person("marat"))
    jwk, at = ECKey.generate_key("P-256").as_dict(private=False), timezone.now()
    holder = representative(world, authority, "bank")
    asked, other = wish(world, jwk), wish(world, jwk, name="Another")
    signature = holder.sign(applications.prepare(wish=asked, at=at).document)
    with pytest.raises(applications.ApplicationNotSigned):
        applications.apply(wish=other, account_id=head, authentication=None, signature=signature, at=at)
    with pytest.raises(NotTheRepresentative):
        applications.apply(
            wish=asked,
            account_id=account_of(world.person("madina")),
            authentication=None,
            signature=signature,
            at=at,
        )


# The tables


@pytest.mark.parametrize("table", [SYSTEM_APPLICATION, SYSTEM_STANDING], ids=lambda table: table.name)
def test_every_state_is_reached_and_every_row_cites_a_clause(table) -> None:
    assert table.reachable() == table.states()
    assert all(row.clause.startswith(("DD-4", "own:")) for row in table.rows)


def test_every_step_that_the_tables_do_not_list_is_refused() -> None:
    listed = {(row.state, row.action, row.actor) for row in SYSTEM_STANDING.rows}
    for state in SYSTEM_STANDING.states():
        for step in Step:
            for actor in Actor:
                if (state, step, actor) not in listed:
                    with pytest.raises(NotAllowed):
                        SYSTEM_STANDING.row_for(state=state, action=step, actor=actor)
