"""Nobody confirms for themselves or a registered relative alone; of sixteen operators one confirms."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from tests.ordering import CENTRE, applicant, desk_of, text_of, value_of

from senim.certification.models import Order
from senim.enrolment import desk as verbs
from senim.enrolment.models import Application
from senim.enrolment.process import Stage
from senim.operators import four_eyes, leaving, loss
from senim.operators.models import Countersignature
from senim.operators.standing import Dismissed, KeyLost
from senim.process import NotAllowed
from senim.registries.relatives import Relatives


@pytest.fixture
def ruslan(world, authority):
    """An operator whose wife applies."""
    return desk_of(world.person("ruslan"), authority)


@pytest.fixture
def wifes(world, authority):
    """Her application's number."""
    return applicant(world.person("madina")).order()


def stage(number: str) -> str:
    return Application.objects.get(number=number).state


def second(desk, case: str, *, by=None) -> object:
    page = desk.get(f"{case}countersign/")
    assert page.status_code == 200, text_of(page)
    signature = (by or desk).holder.sign(base64.b64decode(value_of(page, "data-content")))
    return desk.post(f"{case}countersign/", {"signature": base64.b64encode(signature).decode()})


@pytest.mark.django_db
@pytest.mark.clause("CA-6.C2")
class TestRelatives:
    def test_nobody_confirms_for_a_registered_relative(self, ruslan, wifes):
        case = ruslan.receive(wifes)
        page = ruslan.get(f"{case}confirm/")
        assert page.status_code == 409
        assert "registered as your relative" in text_of(page)
        document = verbs.document_to_sign(application_id=case.split("/")[3], operator=ruslan.operator)
        signature = base64.b64encode(ruslan.holder.sign(document)).decode()
        assert ruslan.post(f"{case}confirm/", {"signature": signature}).status_code == 409
        assert stage(wifes) == Stage.RECEIPTED
        assert not Order.objects.exists()

    def test_another_operator_confirms_it(self, ruslan, dauren, wifes):
        case = ruslan.receive(wifes)
        assert dauren.sign(case).status_code == 302
        assert stage(wifes) == Stage.CONFIRMED

    def test_with_a_second_operators_signature_it_is_confirmed_all_the_same(self, ruslan, dauren, wifes):
        case = ruslan.receive(wifes)
        assert f'href="{case}countersign/"' in dauren.get(case).content.decode()
        assert f'href="{case}countersign/"' not in ruslan.get(case).content.decode()
        assert second(dauren, case).status_code == 302
        assert ruslan.sign(case).status_code == 302
        assert stage(wifes) == Stage.CONFIRMED
        row = Countersignature.objects.get()
        assert (row.operator_id, row.confirmed_by_id) == (dauren.operator.id, ruslan.operator.id)

    def test_nobody_is_their_own_second(self, ruslan, wifes):
        case = ruslan.receive(wifes)
        answer = ruslan.get(f"{case}countersign/")
        assert answer.status_code == 409
        assert "another operator's" in text_of(answer)

    def test_the_second_signature_is_made_with_the_seconds_own_key(self, ruslan, dauren, wifes):
        case = ruslan.receive(wifes)
        answer = second(dauren, case, by=ruslan)
        assert answer.status_code == 409
        assert "somebody else's certificate" in text_of(answer)
        assert not Countersignature.objects.exists()

    def test_the_applicant_is_nobodys_second(self, ruslan, world, authority, dauren):
        own = applicant(world.person("dauren")).order()
        case = ruslan.receive(own)
        assert dauren.get(f"{case}countersign/").status_code == 409

    def test_a_second_signature_is_for_one_case(self, ruslan, dauren, wifes, world):
        second(dauren, ruslan.receive(wifes))
        other = ruslan.receive(applicant(world.person("alikhan"), email="alikhan@mail.test").order())
        assert ruslan.get(f"{other}confirm/").status_code == 409

    def test_while_the_register_is_silent_nobody_confirms_alone(self, dauren, ainur, number, world):
        case = dauren.receive(number)
        world.fault("civil-status", "down")
        page = dauren.get(f"{case}confirm/")
        assert page.status_code == 503
        assert "does not say whether" in text_of(page)
        assert second(ainur, case).status_code == 302
        assert dauren.sign(case).status_code == 302


@pytest.mark.django_db
@pytest.mark.clause("CA-5.15")
@pytest.mark.parametrize(
    ("stop", "refusal"),
    [
        (lambda desk, at: leaving.dismiss(iin=desk.operator.iin, by=None, at=at), Dismissed),
        (lambda desk, at: loss.report(iin=desk.operator.iin, by=None, at=at), KeyLost),
    ],
    ids=["dismissed", "key lost"],
)
def test_whoever_is_stopped_while_the_page_is_open_confirms_nothing(dauren, number, stop, refusal):
    """Past the door: the verb asks once more, in its own transaction."""
    case = dauren.receive(number)
    stop(dauren, timezone.now())
    application = Application.objects.get(number=number).id
    with pytest.raises(refusal):
        verbs.give_receipt(application_id=application, operator=dauren.operator, at=timezone.now())
    assert dauren.get(case).status_code == 302
    assert stage(number) == Stage.RECEIPTED


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("CA-6.P9")
def test_of_sixteen_operators_who_confirm_at_once_one_does(world, authority, number, monkeypatch):
    monkeypatch.setattr(four_eyes, "relatives", lambda **_: Relatives(frozenset()))
    people = [one for one in world.inside.society.people if one.card][-16:]
    desks = [desk_of(person, authority, office=CENTRE) for person in people]
    case = desks[0].receive(number)
    application = Application.objects.get(number=number).id
    signed = [
        one.holder.sign(verbs.document_to_sign(application_id=application, operator=one.operator))
        for one in desks
    ]
    together, at = threading.Barrier(len(desks)), timezone.now()

    def confirm(place: int) -> object:
        together.wait()
        try:
            return verbs.confirm(
                application_id=application, operator=desks[place].operator, signature=signed[place], at=at
            ).stage
        except NotAllowed:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(desks)) as pool:
        answers = list(pool.map(confirm, range(len(desks))))
    assert sorted(map(str, answers)) == sorted(["None"] * 15 + [str(Stage.CONFIRMED)])
    assert Order.objects.count() == 1
    steps = Application.objects.get().passages.filter(action="confirm")
    assert [step.operator_id for step in steps] == [desks[answers.index(Stage.CONFIRMED)].operator.id]
    assert "Being checked" in text_of(desks[0].get(case))
