"""What the mobile operators say of a number before its code is sent at the counter, and what that takes."""

from dataclasses import replace

import pytest
from django.utils import timezone
from tests.accounts.test_counter_workers import with_code
from tests.at_counter import Counter, counter_of
from tests.ordering import text_of

from senim.accounts import subscribers
from senim.accounts.models import Account, CounterApplication, CounterSecond, RegistryRead, SubscriberNumber
from senim.registries import owners
from senim.settings import NumbersOfOthers, UncheckedCodes, settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("authority"), pytest.mark.clause("P19-4")]
IN_DOUBT = ("of_another", "sim_changed", "recycled", "unknown", "nobodys")


@pytest.fixture
def korlan(world, authority) -> Counter:
    return counter_of(world.person("korlan"), authority)


@pytest.fixture
def anna(world):
    return world.person("anna")


@pytest.fixture
def says(world, anna):
    """``says("recycled")``: what the operators know of Anna's number from now on."""
    return lambda case: world.inside.subscribers.put(anna.phone, case)


def policy(monkeypatch, **changed):
    monkeypatch.setattr(subscribers, "settings", replace(settings, **changed))


def is_doubted(anna):
    return subscribers.doubted(number=anna.phone, iin=anna.iin, who="A worker", at=timezone.now())


def test_a_number_that_is_registered_to_somebody_else_takes_two(
    korlan, anna, says, world, authority, code_of
):
    timur = counter_of(world.person("timur"), authority)
    says("of_another")
    case = with_code(korlan, anna, code_of)
    assert "Do not confirm that the applicant has this number" in text_of(korlan.get(case))
    alone = korlan.sign(case)
    assert (alone.status_code, "do not confirm that the number is in" in text_of(alone)) == (409, True)
    assert timur.sign(case, "countersign").status_code == 302
    assert korlan.sign(case).status_code == 302
    assert CounterSecond.objects.get().grounds == ["number_doubted"]
    assert SubscriberNumber.objects.get().account_id == Account.objects.get(iin=anna.iin).pk
    read = RegistryRead.objects.get(registry="subscribers")
    assert (read.iin, read.who, read.ground) == (anna.iin, korlan.worker.name, "number")


@pytest.mark.clause("PH-3")
def test_an_instance_may_refuse_the_number_of_another_person_at_the_counter_too(
    korlan, anna, says, monkeypatch
):
    policy(monkeypatch, numbers_of_others=NumbersOfOthers.REFUSED)
    says("of_another")
    answer = korlan.fill_in(anna)
    assert (answer.status_code, "registered to another person" in text_of(answer)) == (409, True)
    assert not CounterApplication.objects.exists()


@pytest.mark.parametrize("case", ["own", *IN_DOUBT])
def test_whatever_speaks_against_a_number_or_for_it_is_missing_puts_it_in_doubt(anna, says, case):
    says(case)
    assert is_doubted(anna) is (case in IN_DOUBT)


def test_while_the_operators_do_not_answer_every_number_is_in_doubt(anna, world, monkeypatch):
    world.fault("subscribers", "down")
    assert is_doubted(anna)
    policy(monkeypatch, unchecked_codes=UncheckedCodes.SENT)
    assert not is_doubted(anna)


def test_an_instance_without_an_agreement_asks_nobody(anna, says, monkeypatch, tmp_path):
    own = tmp_path / "owners.toml"
    own.write_text(owners.SHIPPED.read_text("utf-8").partition("[subscribers]")[0], encoding="utf-8")
    monkeypatch.setattr(owners, "settings", replace(settings, registry_owners=str(own)))
    says("recycled")
    assert not is_doubted(anna)
    assert not RegistryRead.objects.exists()
