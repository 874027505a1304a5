"""The gateway believes a registry only as far as its owner's signature reaches."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.world import RunningWorld

from senim.registries import breaker, documents, owners, people, signed, subscribers
from senim.registries.reading import Malformed
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable
from senim.settings import settings
from senim.texts import speaking

if TYPE_CHECKING:
    from tests.holders import TestAuthority

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def signed_registries(authority: "TestAuthority", world: RunningWorld) -> None:
    """The owning body has its key, and every registry is well."""


def test_a_known_person_comes_with_the_registrys_spelling(world: RunningWorld) -> None:
    aigerim = world.person("aigerim")
    person = people.person(iin=aigerim.iin, at=now())
    assert (person.surname, person.given_name, person.patronymic) == ("Сәрсенова", "Айгерім", "Нұрланқызы")
    assert (person.status, person.born, person.sex) == ("active", aigerim.born, "female")
    with speaking("en"):
        assert f"{person.region}, {person.settlement}" == "Almaty city, Almaly District"
    assert person.settlement.code == aigerim.settlement


def test_a_person_without_patronymic_has_an_empty_one(world: RunningWorld) -> None:
    assert people.person(iin=world.person("anna").iin, at=now()).patronymic == ""


def test_an_annulled_identifier_is_told_as_such(world: RunningWorld) -> None:
    assert people.person(iin=world.person("viktor").iin, at=now()).status == "annulled"


def test_somebody_nobody_knows_is_refused_by_a_signed_answer(world: RunningWorld) -> None:
    with pytest.raises(people.PersonUnknown) as refused:
        people.person(iin=world.person("nikita").iin, at=now())
    with speaking("kk"):
        assert "ЖСН" in str(refused.value.reason)


@pytest.mark.parametrize(
    ("who", "status"), [("aigerim", "valid"), ("olga", "expired"), ("bolat", "lost"), ("zhanar", "annulled")]
)
def test_an_identity_card_comes_with_its_status(world: RunningWorld, who: str, status: str) -> None:
    person = world.person(who)
    card = documents.identity_card(iin=person.iin, at=now())
    assert (card.iin, card.status) == (person.iin, status)
    assert person.card is not None
    assert (card.number, card.issued, card.expires) == (
        person.card.number,
        person.card.issued,
        person.card.expires,
    )
    assert card.portrait.startswith(b"\x89PNG")
    assert set(card.issuer) == {"kk", "ru", "en"}


def test_who_has_no_card_is_told_so(world: RunningWorld) -> None:
    with pytest.raises(documents.DocumentUnknown):
        documents.identity_card(iin=world.person("marat").iin, at=now())


def test_a_card_carries_its_owners_signature_over_what_was_said(world: RunningWorld) -> None:
    from senim import validation

    card = documents.identity_card(iin=world.person("aigerim").iin, at=now())
    report = validation.check(cms=card.signature, content=card.payload, at=now())
    assert report.passed
    assert report.signer is not None
    assert (report.signer.profile, report.signer.bin) == ("state_body", world.legal_entity("owner").bin)
    assert card.number.encode() in card.payload
    assert card.signer_name


@pytest.mark.parametrize("wrong", ["unsigned", "tampered", "foreign", "stale", "other", "garbage"])
def test_an_answer_that_cannot_be_believed_is_not_used(world: RunningWorld, wrong: str) -> None:
    world.fault("documents", wrong)
    with pytest.raises(RegistryAnswerInvalid) as refused:
        documents.identity_card(iin=world.person("aigerim").iin, at=now())
    with speaking("ru"):
        assert "Реестр документов, удостоверяющих личность" in str(refused.value.reason)


@pytest.mark.parametrize("profile", ["authorised_body", "individual_sign"])
def test_a_certificate_of_somebody_who_owns_no_data_does_not_count(
    world: RunningWorld, authority: "TestAuthority", profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed, "OWNER_PROFILE", profile)  # what the owner is not
    with pytest.raises(RegistryAnswerInvalid, match="DD-14a") as refused:
        people.person(iin=world.person("aigerim").iin, at=now())
    assert "owns no data" in refused.value.problem


def test_a_revoked_owner_is_no_owner(world: RunningWorld, authority: "TestAuthority") -> None:
    from cryptography import x509

    from senim import validation
    from senim.certification import revocation
    from senim.pki.crl import RevocationReason

    card = documents.identity_card(iin=world.person("aigerim").iin, at=now())
    signer = validation.check(cms=card.signature, content=card.payload, at=now()).signer
    assert signer is not None
    serial = x509.load_der_x509_certificate(signer.certificate_der).serial_number
    revocation.revoke(serial_number=serial, reason=RevocationReason.KEY_COMPROMISE, at=now(), actor="test")
    with pytest.raises(RegistryAnswerInvalid):
        documents.identity_card(iin=world.person("aigerim").iin, at=now() + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("service", "title"),
    [("gbdfl", "The state database of individuals"), ("documents", "The register of identity documents")],
)
def test_a_registry_that_is_down_is_named(world: RunningWorld, service: str, title: str) -> None:
    world.fault(service, "down")
    ask = people.person if service == "gbdfl" else documents.identity_card
    with pytest.raises(RegistryUnavailable) as refused:
        ask(iin=world.person("aigerim").iin, at=now())
    with speaking("en"):
        assert str(refused.value.reason) == f"{title} is not answering right now"


def test_a_slow_registry_is_not_waited_for(world: RunningWorld) -> None:
    world.fault("gbdfl", "slow", seconds=30)
    began = time.monotonic()
    with pytest.raises(RegistryUnavailable):
        people.person(iin=world.person("aigerim").iin, at=now())
    assert time.monotonic() - began < 10


def test_a_slow_registry_that_answers_in_time_is_believed(world: RunningWorld) -> None:
    world.fault("gbdfl", "slow", seconds=0.3)
    assert people.person(iin=world.person("aigerim").iin, at=now()).surname == "Сәрсенова"


def test_after_it_is_up_again_the_next_question_is_answered(world: RunningWorld) -> None:
    world.fault("gbdfl", "down")
    for _ in range(2):
        with pytest.raises(RegistryUnavailable):
            people.person(iin=world.person("aigerim").iin, at=now())
    world.fault("gbdfl", "ok")
    assert people.person(iin=world.person("aigerim").iin, at=now()).given_name == "Айгерім"


def test_a_registry_that_keeps_failing_is_left_alone_and_the_other_one_is_not(
    world: RunningWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.fault("gbdfl", "down")
    aigerim = world.person("aigerim").iin
    for _ in range(breaker.FAILURES_TO_OPEN):
        with pytest.raises(RegistryUnavailable):
            people.person(iin=aigerim, at=now())
    world.fault("gbdfl", "ok")
    with pytest.raises(RegistryUnavailable):
        people.person(iin=aigerim, at=now())
    assert documents.identity_card(iin=aigerim, at=now()).iin == aigerim
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 0.0)
    breaker.BREAKERS["gbdfl"].failed()
    assert people.person(iin=aigerim, at=now()).iin == aigerim


def test_an_answer_is_too_old_a_minute_later(world: RunningWorld) -> None:
    aigerim = world.person("aigerim").iin
    assert people.person(iin=aigerim, at=now() + timedelta(seconds=50)).iin == aigerim
    with pytest.raises(RegistryAnswerInvalid):
        people.person(iin=aigerim, at=now() + timedelta(seconds=70))


def test_a_body_that_owns_another_registry_is_not_believed(
    world: RunningWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DD-5b: a right signature of a state body, but not of the one whose data this is."""
    owners_file = tmp_path / "owners.toml"
    owner = world.legal_entity("owner").bin
    owners_file.write_text(f'[documents]\nbin = "051140901278"\n[gbdfl]\nbin = "{owner}"\n')
    monkeypatch.setattr(owners, "settings", replace(settings, registry_owners=str(owners_file)))
    aigerim = world.person("aigerim").iin
    with pytest.raises(RegistryAnswerInvalid) as refused:
        documents.identity_card(iin=aigerim, at=now())
    assert "owns other data" in refused.value.problem
    assert people.person(iin=aigerim, at=now()).iin == aigerim


def test_a_registry_whose_owner_nobody_has_named_is_not_believed(
    world: RunningWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "owners.toml").write_text("")
    monkeypatch.setattr(owners, "settings", replace(settings, registry_owners=str(tmp_path / "owners.toml")))
    with pytest.raises(RegistryAnswerInvalid):
        people.person(iin=world.person("aigerim").iin, at=now())


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({"is_the_one": True, "held_since": None, "sim_since": None}, (True, None)),
        ({"is_the_one": None, "held_since": "2024-01-01T00:00:00+05:00", "sim_since": None}, (None, 2024)),
    ],
    ids=["dates unknown", "holder unknown"],
)
def test_what_the_operators_do_not_know_is_read_as_unknown(said: dict[str, object], read: object) -> None:
    found = subscribers._subscriber(said)
    assert (found.is_the_one, found.held_since and found.held_since.year) == read


@pytest.mark.parametrize(
    "changed",
    [{"is_the_one": "yes"}, {"held_since": "2024-01-01"}, {"sim_since": 5}, {"is_the_one": ...}],
    ids=["no truth", "a day", "a number", "missing"],
)
def test_what_the_operators_say_badly_is_no_answer(changed: dict[str, object]) -> None:
    whole = {"is_the_one": True, "held_since": None, "sim_since": None, **changed}
    with pytest.raises(Malformed):
        subscribers._subscriber({name: value for name, value in whole.items() if value is not ...})
