"""From the letter to the first sign-in: certificates of an operator, through their doors."""

import ssl
from datetime import timedelta

import pytest
from cryptography import x509
from django.utils import timezone
from tests.holders import Holder
from tests.operators.letters import Carrier, file, form, ordered, received
from tests.operators.signing_in import sign_in
from tests.ordering import Desk, applicant, desk_of, settle, text_of

from senim.accounts import registry_reads
from senim.certification.certificates import of_person
from senim.certification.models import Order
from senim.operators.models import OperatorApplication, RegistrationAuthorityOperator
from senim.operators.process import Stage
from senim.operators.standing import operator_of
from senim.pki.keys import KeyAlgorithm, generate
from senim.pki.ocsp import CertStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def saule(world):
    return world.person("saule")


@pytest.fixture
def carrier():
    return Carrier()


def asked_about(person) -> tuple[registry_reads.Read, ...]:
    return registry_reads.latest(iin=person.iin, at=timezone.now(), count=9)


def state() -> str:
    return OperatorApplication.objects.get().state


def installed(staff: Desk, page: str, carrier: Carrier, chain: tuple[bytes, ...]) -> dict[str, Holder]:
    """The file from the desk, put beside the keys on the carrier."""
    pem = staff.get(f"{page}certificates.pem").content.decode()
    ends = "-----END CERTIFICATE-----\n"
    ders = [ssl.PEM_cert_to_DER_cert(part + ends) for part in pem.split(ends) if part]
    keys = {"sign": carrier.sign, "auth": carrier.auth}
    found = {}
    for purpose, der in zip(("sign", "auth"), ders, strict=True):
        assert x509.load_der_x509_certificate(der).public_key() == keys[purpose].public_key()
        found[purpose] = Holder(keys[purpose], der, chain)
    return found


@pytest.mark.clause("CA-15.1a", "CA-15.1b", "CA-15.1c", "CA-15.1d", "CA-15.1e")
def test_from_the_letter_to_the_first_application_confirmed(
    ainur, saule, carrier, authority, world, run_jobs
):
    page = received(ainur, saule, carrier)
    assert "As the head states" in text_of(ainur.get(page))
    assert ainur.get(f"{page}papers/order/").content.startswith(b"%PDF-")
    assert ainur.get(f"{page}certificates.pem").status_code == 404
    assert ordered(ainur, page).status_code == 302
    assert "Who signed the order signed in by Electronic signature" in text_of(ainur.get(page))
    settle(authority)
    run_jobs()
    letter = world.wait_for_mail("executor@mail.test")
    assert "01-17/244" in letter.text
    assert "CERTIFICATE" not in letter.text
    assert {one.profile for one in of_person(saule.iin)} == {"operator_sign", "operator_auth"}
    keys = installed(ainur, page, carrier, authority.chain)
    assert operator_of(saule.iin) is None
    browser, answer = sign_in(keys["auth"])
    assert answer.status_code == 302
    assert (state(), browser.get("/en/").status_code) == (Stage.INSTALLED, 200)
    desk = Desk(operator_of(saule.iin), keys["sign"], browser)
    desk.confirm(applicant(world.person("aigerim")).order())
    settle(authority)
    assert Order.objects.filter(state=Order.ISSUED).count() == 2
    row = RegistrationAuthorityOperator.objects.get(iin=saule.iin)
    assert (row.head_email, row.name) == ("head@mail.test", "Өтегенова Сәуле Жақсыбекқызы")
    assert "Certificates installed on the carrier" in text_of(ainur.get(f"/en/operators/{row.id}/"))


@pytest.mark.clause("CA-15.1c")
class TestAPacket:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"scan_of_order": None}, "Choose a file"),
            ({"scan_of_letter": file(b"MZ executable")}, "The letter. The file was not taken"),
            ({"letter_number": ""}, "Fill in this field"),
            ({"sign_request": file(b"no request")}, "request file cannot be used"),
            ({"iin": "940308492148"}, "IIN"),
            ({"executor_email": "nobody"}, "Enter an e-mail address"),
        ],
        ids=["no order", "no scan", "no number", "no request", "wrong iin", "no address"],
    )
    def test_one_that_is_not_whole_issues_nothing(self, ainur, saule, carrier, change, said):
        page = ainur.browser.post("/en/operators/new/", form(saule, carrier, **change))
        assert page.status_code == 422
        assert said in text_of(page)
        assert not OperatorApplication.objects.exists()

    @pytest.mark.clause("CA-15.1a")
    def test_the_head_answers_for_the_carrier(self, ainur, saule, carrier):
        page = ainur.browser.post("/en/operators/new/", form(saule, carrier, non_exportable=None))
        assert page.status_code == 422
        assert "not stated that the key cannot leave" in text_of(page)

    def test_two_keys_are_two(self, ainur, saule):
        key = generate(KeyAlgorithm.P256)
        page = ainur.browser.post("/en/operators/new/", form(saule, Carrier(key, key)))
        assert "Both requests hold the same key" in text_of(page)

    def test_there_is_one_at_a_time(self, ainur, saule, carrier):
        received(ainur, saule, carrier)
        page = ainur.browser.post("/en/operators/new/", form(saule, Carrier()))
        assert "in hand already" in text_of(page)

    def test_of_an_annulled_identifier_none_is_taken(self, ainur, world, carrier):
        annulled = next(one for one in world.inside.society.people if one.status == "annulled")
        page = ainur.browser.post("/en/operators/new/", form(annulled, carrier, email="x@mail.test"))
        assert page.status_code == 422
        assert "annulled" in text_of(page)
        assert len(asked_about(annulled)) == 1, "whoever was asked about reads so, whatever came of it"

    def test_nobody_is_asked_about_for_a_packet_that_is_not_whole(self, ainur, saule, carrier):
        ainur.browser.post("/en/operators/new/", form(saule, carrier, scan_of_letter=file(b"MZ executable")))
        assert asked_about(saule) == ()

    def test_a_refusal_reaches_the_executor_with_its_reason(self, ainur, saule, carrier, world, run_jobs):
        page = received(ainur, saule, carrier)
        assert ainur.post(f"{page}refuse/", {"reason": "no"}).status_code == 422
        reason = "The order is not signed by the head."
        assert ainur.post(f"{page}refuse/", {"reason": reason}).status_code == 302
        run_jobs()
        assert reason in world.wait_for_mail("executor@mail.test").text
        assert state() == Stage.REFUSED
        assert ainur.get(f"{page}order/").status_code == 409


@pytest.mark.clause("CA-15.1d")
class TestWhoOrders:
    def test_an_operator_who_is_not_responsible_sees_no_letter(self, ainur, dauren, saule, carrier):
        page = received(ainur, saule, carrier)
        for path in ("", "order/", "refuse/", "papers/letter/", "certificates.pem"):
            assert dauren.get(f"{page}{path}").status_code == 409
        assert dauren.get("/en/operators/new/").status_code == 409
        assert page not in dauren.get("/en/operators/").content.decode()
        assert page in ainur.get("/en/operators/").content.decode()

    def test_nobody_takes_in_their_own_letter(self, ainur, world, carrier):
        answer = ainur.browser.post("/en/operators/new/", form(world.person("ainur"), carrier))
        assert answer.status_code == 409

    @pytest.mark.clause("CA-19.5b")
    def test_an_order_signed_with_a_colleagues_key_is_refused(self, ainur, dauren, saule, carrier):
        page = received(ainur, saule, carrier)
        answer = ordered(ainur, page, by=dauren)
        assert answer.status_code == 409
        assert "somebody else's certificate" in text_of(answer)
        assert state() == Stage.RECEIVED

    def test_what_the_authority_refuses_is_told_with_its_reason(
        self, ainur, saule, carrier, authority, world, run_jobs
    ):
        page = received(ainur, saule, carrier)
        ordered(ainur, page)
        authority.revoke(ainur.holder, at=timezone.now() - timedelta(minutes=1))
        settle(authority)
        run_jobs()
        assert state() == Stage.REFUSED_BY_AUTHORITY
        assert "has been revoked" in world.wait_for_mail("executor@mail.test").text

    def test_a_relatives_certificates_are_ordered_by_somebody_else(self, world, authority, carrier):
        ruslan = desk_of(world.person("ruslan"), authority, responsible=True)
        page = received(ruslan, world.person("madina"), carrier)
        assert ordered(ruslan, page).status_code == 409
        assert state() == Stage.RECEIVED


class TestComingBack:
    @pytest.mark.clause("CA-15.1e")
    def test_whoever_was_dismissed_comes_back_by_a_letter_that_came_after(
        self, ainur, dauren, world, carrier, authority, run_jobs
    ):
        ainur.post(f"/en/operators/{dauren.operator.id}/leave/", {"note": "Order 41"})
        page = received(ainur, world.person("dauren"), carrier)
        ordered(ainur, page)
        settle(authority)
        run_jobs()
        keys = installed(ainur, page, carrier, authority.chain)
        _, answer = sign_in(keys["auth"])
        assert answer.status_code == 302
        assert operator_of(dauren.operator.iin).id == dauren.operator.id

    @pytest.mark.clause("CA-19.5c")
    def test_a_letter_from_before_the_loss_brings_nobody_back(
        self, ainur, dauren, world, carrier, authority, run_jobs
    ):
        page = received(ainur, world.person("dauren"), carrier)
        ordered(ainur, page)
        ainur.post(f"/en/operators/{dauren.operator.id}/lost/", {"note": ""})
        settle(authority)
        run_jobs()
        keys = installed(ainur, page, carrier, authority.chain)
        _, answer = sign_in(keys["auth"])
        assert answer.status_code == 409
        assert operator_of(dauren.operator.iin) is None
        ainur.post(f"{page}refuse/", {"reason": "The key was lost before these were taken up"})
        assert state() == Stage.REFUSED
        issued = of_person(dauren.operator.iin)
        assert {one.status for one in issued} == {CertStatus.REVOKED}
        again = received(ainur, world.person("dauren"), Carrier())
        assert again != page
