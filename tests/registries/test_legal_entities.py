"""The state database of legal entities: who a BIN is, whether it is still in being, who heads it."""

from datetime import UTC, datetime

import pytest
from tests.world import RunningWorld

from senim.registries import legal_entities
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable
from senim.texts import speaking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("authority")]


def now() -> datetime:
    return datetime.now(UTC)


def asked(world: RunningWorld, entity_id: str) -> legal_entities.LegalEntity:
    return legal_entities.legal_entity(bin=world.legal_entity(entity_id).bin, at=now())


def test_a_legal_entity_comes_with_its_names_and_its_head(world: RunningWorld) -> None:
    found = asked(world, "pharmacy")
    assert (found.status, found.head_iin) == ("active", world.person("daniyar").iin)
    assert found.names["kk"] == "«Алатау» дәріханасы ЖШС"
    assert b"signature" in found.evidence


def test_one_that_was_wound_up_is_told_as_such(world: RunningWorld) -> None:
    assert asked(world, "workshop").status == "liquidated"


def test_one_nobody_knows_is_refused_by_a_signed_answer(world: RunningWorld) -> None:
    with pytest.raises(legal_entities.EntityUnknown) as refused:
        legal_entities.legal_entity(bin="120540906414", at=now())
    with speaking("kk"):
        assert "БСН" in str(refused.value.reason)


@pytest.mark.parametrize(
    ("fault", "refusal"), [("tampered", RegistryAnswerInvalid), ("down", RegistryUnavailable)]
)
def test_an_answer_that_cannot_be_believed_is_not_used(
    world: RunningWorld, fault: str, refusal: type[Exception]
) -> None:
    world.fault("gbdul", fault)
    with pytest.raises(refusal):
        asked(world, "pharmacy")
