"""A revocation in person, from the operator's signature on: what the desk takes, what the authority says."""

import base64

import pytest
from tests.accounts.citizen import citizen
from tests.in_person import (
    LOST,
    accepted,
    clauses,
    formed,
    is_revoked,
    of,
    sign,
    signature_on,
    signed,
)
from tests.ordering import Browser, settle, text_of
from tests.signing_pages import to_sign

from senim.certification.models import Revocation, RevocationOrder
from senim.enrolment.models import Passage
from senim.enrolment.process import Stage
from senim.operators import four_eyes
from senim.registries.relatives import Relatives

pytestmark = pytest.mark.django_db


@pytest.fixture
def aigerim(world, authority):
    """She has certificates, and comes without a key."""
    return citizen(world.person("aigerim"), authority)


class TestTheConfirmation:
    @pytest.mark.clause("CA-10.T6")
    def test_what_is_signed_is_what_was_shown_and_names_all_of_it(self, dauren, aigerim):
        case = formed(dauren, aigerim, aigerim.sign)
        shown = to_sign(dauren.get(f"{case}revoke/"))
        for said in (of(case).number, aigerim.iin, f"{aigerim.sign.serial_number:040x}", LOST):
            assert said.encode() in shown
        sign(dauren, case)
        assert bytes(RevocationOrder.objects.get().document) == shown

    @pytest.mark.clause("CA-10.T6", "CA-19.5b")
    @pytest.mark.parametrize("problem", ["another operator", "everyday key", "revoked", "another text", "no"])
    def test_a_signature_that_is_not_the_operators_own_is_refused(
        self, dauren, ainur, aigerim, authority, world, problem
    ):
        case = formed(dauren, aigerim, aigerim.sign)
        if problem in {"another text", "no"}:
            content = dauren.holder.sign(b"something else") if problem == "another text" else b"no signature"
            answer = dauren.post(f"{case}revoke/", {"signature": base64.b64encode(content).decode()})
        else:
            if problem == "revoked":
                authority.revoke(dauren.holder)
            by = {"another operator": ainur.holder, "revoked": dauren.holder}.get(problem)
            answer = sign(dauren, case, by=by or citizen(world.person("dauren"), authority).sign)
        assert answer.status_code == 409
        assert of(case).state == Stage.TO_CONFIRM
        assert not RevocationOrder.objects.exists()

    @pytest.mark.clause("CA-10.T6")
    def test_nobody_confirms_for_a_registered_relative(self, dauren, aigerim, monkeypatch):
        case = formed(dauren, aigerim, aigerim.sign)
        signature = signature_on(dauren, case)
        related = Relatives(frozenset({dauren.operator.iin}))
        monkeypatch.setattr(four_eyes, "relatives", lambda **_: related)
        assert dauren.get(f"{case}revoke/").status_code == 409
        assert dauren.post(f"{case}revoke/", {"signature": signature}).status_code == 409
        assert of(case).state == Stage.TO_CONFIRM

    def test_it_is_no_order_for_certificates(self, dauren, aigerim):
        case = formed(dauren, aigerim, aigerim.sign)
        assert dauren.get(f"{case}confirm/").status_code == 404

    def test_a_second_operator_is_shown_what_is_to_be_revoked_and_why(self, dauren, ainur, aigerim):
        said = text_of(ainur.get(f"{formed(dauren, aigerim, aigerim.sign)}countersign/"))
        assert "The key is lost" in said
        assert f"{aigerim.sign.serial_number:X}"[-4:] in said.replace(" ", "")

    def test_nobody_confirms_before_the_request(self, dauren, aigerim):
        assert dauren.get(f"{accepted(dauren, aigerim)}revoke/").status_code == 409


class TestWhatTheAuthoritySays:
    @pytest.mark.clause("CA-10.T7", "CA-10.T8")
    @pytest.mark.parametrize("problem", ["revoked before", "operator revoked"])
    def test_what_changed_after_the_desk_is_refused_with_its_reason(
        self, dauren, aigerim, authority, run_jobs, problem
    ):
        case = signed(dauren, aigerim, aigerim.sign, aigerim.auth)
        authority.revoke(aigerim.auth if problem == "revoked before" else dauren.holder)
        settle(authority)
        run_jobs()
        assert of(case).state == Stage.REFUSED_BY_AUTHORITY
        assert clauses(case)[-2:] == ["CA-10.T7", "CA-10.T8"]
        assert not is_revoked(aigerim.sign)
        said = text_of(dauren.get(case))
        reasons = {
            "operator revoked": "The operator's certificate has been revoked",
            "revoked before": "A certificate was revoked before",
        }
        assert reasons[problem] in said
        assert RevocationOrder.objects.get().refusal_text_id in str(of(case).refusal)

    @pytest.mark.clause("CA-10.T7")
    def test_of_two_applications_for_one_certificate_the_second_is_refused(
        self, dauren, ainur, aigerim, authority, run_jobs
    ):
        first, second = (signed(desk, aigerim, aigerim.sign) for desk in (dauren, ainur))
        settle(authority)
        run_jobs()
        assert {of(first).state, of(second).state} == {Stage.PUBLISHED, Stage.REFUSED_BY_AUTHORITY}
        assert Revocation.objects.count() == 1

    @pytest.mark.clause("CA-16")
    def test_its_steps_are_counted_and_drawn(self, dauren, aigerim):
        formed(dauren, aigerim, aigerim.sign)
        said = text_of(dauren.get("/en/clocks/"))
        assert "Revoking a certificate in person" in said
        drawn = Browser("portal").get("/en/processes/revocation-in-person/").content.decode()
        assert "<svg" in drawn
        assert all(f"CA-10.T{number}" in drawn for number in range(3, 10))
        assert Passage.objects.filter(clause__startswith="CA-10").count() == 4
