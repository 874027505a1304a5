"""Nobody confirms for themselves or a registered relative alone; of sixteen operators one confirms."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone
from tests import cards, in_person, reissuing
from tests.accounts.citizen import citizen
from tests.ordering import CENTRE, applicant, desk_of, text_of
from tests.signing_pages import to_sign

from senim.certification.models import Order, RevocationOrder
from senim.enrolment import card, revocation_in_person
from senim.enrolment import desk as verbs
from senim.enrolment.kinds import Kind
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
    assert "The document behind that digest" in text_of(page)
    signature = (by or desk).holder.sign(to_sign(page))
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
        seen = text_of(dauren.get(case))
        assert "The second operator signed in by Electronic signature" in seen
        assert "The operator who confirmed signed in by Electronic signature" in seen

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

    def test_no_relative_is_the_second_of_another(self, ruslan, dauren, wifes, monkeypatch):
        case = ruslan.receive(wifes)
        both = Relatives(frozenset({ruslan.operator.iin, dauren.operator.iin}))
        monkeypatch.setattr(four_eyes, "relatives", lambda **_: both)
        assert second(dauren, case).status_code == 409
        assert not Countersignature.objects.exists()

    def test_a_second_signature_is_for_one_case(self, ruslan, dauren, wifes, world):
        second(dauren, ruslan.receive(wifes))
        other = ruslan.receive(applicant(world.person("alikhan"), email="alikhan@mail.test").order())
        assert ruslan.get(f"{other}confirm/").status_code == 409

    def test_while_the_register_is_silent_nobody_confirms_alone(self, dauren, ainur, number, world):
        case = dauren.receive(number)
        world.fault("civil-status", "down")
        page = dauren.get(f"{case}confirm/")
        assert page.status_code == 503
        assert "not known whether" in text_of(page)
        assert second(ainur, case).status_code == 302
        assert dauren.sign(case).status_code == 302


def of_reissue(desk, person, world, authority) -> tuple[str, str]:
    holder = reissuing.holder(world, authority, person.id)
    return desk.find(reissuing.applied(holder)), "confirm/"


def of_card(desk, person, world, authority) -> tuple[str, str]:
    page = cards.registered(desk, person.iin)
    assert desk.post(f"{page}signed/").status_code == 302
    return page.replace("/card/", "/application/"), "confirm/"


def of_revocation(desk, person, world, authority) -> tuple[str, str]:
    holder = citizen(person, authority)
    return in_person.formed(desk, holder, holder.sign), "revoke/"


KINDS = {"reissue": of_reissue, "card": of_card, "revocation": of_revocation}
"""How a case gets as far as its confirmation, by whose hands; its address, and where it is confirmed."""


def confirm(desk, case: str, path: str) -> object:
    page = desk.get(f"{case}{path}")
    assert page.status_code == 200, text_of(page)
    signature = desk.holder.sign(to_sign(page))
    return desk.post(f"{case}{path}", {"signature": base64.b64encode(signature).decode()})


def state_of(case: str) -> str:
    return in_person.of(case).state


@pytest.mark.django_db
@pytest.mark.clause("CA-7.P6", "CA-9.P8", "CA-10.T6")
@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    @pytest.fixture
    def wifes(self, kind, ruslan, world, authority):
        """The case of an operator's wife, ready to be confirmed."""
        return KINDS[kind](ruslan, world.person("madina"), world, authority)

    def test_nobody_confirms_for_a_registered_relative(self, ruslan, wifes):
        case, path = wifes
        signed = {"signature": base64.b64encode(ruslan.holder.sign(b"whatever")).decode()}
        for answer in (ruslan.get(f"{case}{path}"), ruslan.post(f"{case}{path}", signed)):
            assert answer.status_code == 409
            assert "registered as your relative" in text_of(answer)
        assert state_of(case) == Stage.TO_CONFIRM

    def test_with_a_second_operators_signature_it_is_confirmed_all_the_same(self, ruslan, dauren, wifes):
        case, path = wifes
        ruslan.post(f"{case}take/")
        page = ruslan.browser.get(case, follow=True).content.decode()
        assert f'href="{case}countersign/"' not in page
        assert f'href="{case}countersign/"' in dauren.browser.get(case, follow=True).content.decode()
        assert second(dauren, case).status_code == 302
        assert confirm(ruslan, case, path).status_code == 302
        assert state_of(case) == Stage.CONFIRMED
        row = Countersignature.objects.get()
        assert (row.operator_id, row.confirmed_by_id) == (dauren.operator.id, ruslan.operator.id)

    def test_another_operator_confirms_it(self, dauren, wifes):
        case, path = wifes
        assert confirm(dauren, case, path).status_code == 302
        assert state_of(case) == Stage.CONFIRMED

    def test_a_register_that_is_away_stops_what_gives_a_certificate(self, kind, dauren, wifes, world):
        case, path = wifes
        world.fault("civil-status", "down")
        assert dauren.get(f"{case}{path}").status_code == (200 if kind == "revocation" else 503)


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
@pytest.mark.clause("CA-6.P9", "CA-7.P6", "CA-9.P8", "CA-10.T6")
def test_of_sixteen_operators_who_confirm_at_once_one_does(world, authority, number, monkeypatch):
    """Of each kind of case one; two clicks that begin a case begin one."""
    monkeypatch.setattr(four_eyes, "relatives", lambda **_: Relatives(frozenset()))
    people = [one for one in world.inside.society.people if one.card][-16:]
    desks = [desk_of(person, authority, office=CENTRE) for person in people]
    aigerim = world.person("aigerim")
    cases = [desks[0].receive(number)]
    cases += [arrive(desks[0], aigerim, world, authority)[0] for arrive in KINDS.values()]
    for case in cases:
        one_of_all_confirms(desks, in_person.of(case))
    assert (Order.objects.count(), RevocationOrder.objects.count()) == (3, 1)
    key, before = uuid4(), Application.objects.count()
    begun = at_once(4, lambda _: begin_with_card(desks[0], aigerim.iin, key))
    begun += at_once(4, lambda _: begin_to_revoke(desks[0], aigerim.iin, UUID(int=key.int ^ 1)))
    assert len(set(begun)) == 2
    assert Application.objects.count() == before + 2


def one_of_all_confirms(desks, case: Application) -> None:
    room = revocation_in_person if case.kind == Kind.REVOCATION else verbs
    signed = [
        one.holder.sign(room.document_to_sign(application_id=case.id, operator=one.operator)) for one in desks
    ]
    at = timezone.now()

    def confirm_it(place: int) -> object:
        given = {
            "operator": desks[place].operator,
            "signature": signed[place],
            "authentication": None,
            "at": at,
        }
        try:
            return room.confirm(application_id=case.id, **given).stage
        except NotAllowed:
            return None

    answers = at_once(len(desks), confirm_it)
    assert sorted(map(str, answers)) == sorted(["None"] * 15 + [str(Stage.CONFIRMED)])
    [step] = case.passages.filter(action="confirm")
    assert step.operator_id == desks[answers.index(Stage.CONFIRMED)].operator.id


def at_once(number: int, verb) -> list[object]:
    together = threading.Barrier(number)

    def one(place: int) -> object:
        together.wait()
        try:
            return verb(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def begin_with_card(desk, iin: str, key: UUID) -> UUID:
    given = {"iin": iin, "key": key, "operator": desk.operator, "language": "kk", "at": timezone.now()}
    return card.begin(**given).application_id


def begin_to_revoke(desk, iin: str, key: UUID) -> UUID:
    given = {"iin": iin, "key": key, "operator": desk.operator, "language": "kk", "at": timezone.now()}
    return revocation_in_person.begin(**given).application_id
