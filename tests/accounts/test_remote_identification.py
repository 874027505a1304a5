"""Somebody is identified by the remote service of the sandbox, or is not; the service may be any way."""

import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest
from tests.accounts.identification import FOR, IIN, OTHER_IIN, begin, identified, judge, now, show_face
from tests.world import RunningWorld

from senim.accounts import AccountId, biometrics
from senim.accounts.biometrics import asking, service
from senim.accounts.models import Account, RemoteIdentification
from senim.accounts.timeline import latest
from senim.journal.models import Entry
from senim.registries import breaker
from senim.settings import Mode, settings
from senim.texts import LANGUAGES, speaking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("authority")]
BACK = f"{settings.portal_origin}/kk/phone/face/"


def code_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["code"][0]


@pytest.mark.clause("PH-2.3")
def test_who_shows_their_own_face_is_identified(world: RunningWorld) -> None:
    proof = identified(world)
    row = RemoteIdentification.objects.get()
    assert (row.method, row.liveness, row.match) == ("face", 980, 980)
    assert (row.pk, row.iin, row.refusal) == (proof.id, IIN, "")
    assert row.judged_at


def test_what_was_asked_and_judged_is_on_record_and_names_nobody(world: RunningWorld) -> None:
    proof = identified(world)
    written = Entry.objects.filter(subject=f"remote_identification:{proof.id}").order_by("at")
    assert [entry.verb for entry in written] == ["accounts.biometrics.begin", "accounts.biometrics.judge"]
    assert IIN not in "".join(str(entry.facts) + entry.actor + entry.subject for entry in written)


@pytest.mark.clause("PH-9")
@pytest.mark.parametrize(
    ("face", "refusal"),
    [
        ("photograph", biometrics.NotRecognised),
        ("alike", biometrics.NotRecognised),
        ("stranger", biometrics.AssertionOfSomebodyElse),
    ],
)
def test_who_is_not_the_person_alive_before_the_camera_is_refused(
    world: RunningWorld, face: str, refusal: type[biometrics.BiometricRefused]
) -> None:
    begun = begin()
    shown = show_face(world, begun, face).content
    with pytest.raises(refusal):
        judge(shown)
    assert RemoteIdentification.objects.get().refusal == refusal.text_id()
    with pytest.raises(biometrics.AssertionReplayed):
        judge(shown)


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ("lifeless", biometrics.NotRecognised),
        ("unlike", biometrics.NotRecognised),
        ("other", biometrics.AssertionOfSomebodyElse),
        ("stale", biometrics.AssertionStale),
        ("unsigned", biometrics.AssertionForged),
        ("tampered", biometrics.AssertionForged),
        ("foreign", biometrics.AssertionForged),
        ("garbage", biometrics.AssertionForged),
    ],
)
def test_a_service_that_errs_or_lies_identifies_nobody(
    world: RunningWorld, fault: str, refusal: type[biometrics.BiometricRefused]
) -> None:
    world.fault("identification", fault)
    with pytest.raises(refusal):
        identified(world)


@pytest.mark.clause("PH-2.3")
def test_a_device_that_somebody_unlocked_identifies_nobody(world: RunningWorld) -> None:
    world.fault("identification", "unlocked")
    with pytest.raises(biometrics.NotBiometric):
        identified(world)


def test_whose_account_it_is_reads_that_somebody_was_not_taken_for_them(world: RunningWorld) -> None:
    account = Account.objects.create(iin=IIN, surname="С", given_name="А", created_at=now())
    identified(world)
    assert latest(AccountId(account.pk)) == ()
    with pytest.raises(biometrics.NotRecognised):
        identified(world, face="alike")
    with speaking("en"):
        assert [str(line.text) for line in latest(AccountId(account.pk))] == ["A face check was not passed"]


def test_an_earlier_answer_given_again_is_refused(world: RunningWorld) -> None:
    identified(world)
    world.fault("identification", "replayed")
    with pytest.raises(biometrics.AssertionReplayed):
        identified(world)


def test_a_service_whose_clock_is_wrong_identifies_nobody(world: RunningWorld) -> None:
    for ahead in (-600, 120):
        world.move_clock(ahead_seconds=ahead)
        with pytest.raises(biometrics.AssertionStale):
            identified(world)


def test_the_browser_that_showed_the_face_brings_the_code_back(world: RunningWorld) -> None:
    begun = begin(return_to=BACK)
    back = show_face(world, begun).json()["return"]
    assert back.startswith(f"{BACK}?session={begun.session_id}&code=")
    assertion = biometrics.collect(session_id=begun.session_id, code=code_of(back), at=now())
    assert judge(assertion).id == begun.session_id


def test_without_the_code_nobody_fetches_what_another_browser_showed(world: RunningWorld) -> None:
    """A stranger who had the person show their face for the stranger's own request gains nothing."""
    begun, another = begin(return_to=BACK), begin(return_to=BACK)
    with pytest.raises(biometrics.NotFinished):
        biometrics.collect(session_id=begun.session_id, code="", at=now())
    code = code_of(show_face(world, begun).json()["return"])
    show_face(world, another)
    for session, tried in ((begun, ""), (begun, "x" * 32), (another, code)):
        with pytest.raises(biometrics.NotFinished):
            biometrics.collect(session_id=session.session_id, code=tried, at=now())
    assert httpx.post(begun.url, data={"face": "self"}).status_code == 410, "the page tells the code once"


def test_people_are_sent_back_to_agreed_addresses_only(world: RunningWorld) -> None:
    port = settings.portal_port
    for elsewhere in (
        "http://evil.test/",
        f"http://localhost:{port}@evil.test/",
        f"http://localhost:{port}1/",
    ):
        with pytest.raises(biometrics.WayBackNotAgreed):
            begin(return_to=elsewhere)
    assert not RemoteIdentification.objects.exists()


def test_people_are_sent_to_the_services_own_pages_only(
    world: RunningWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = replace(
        settings,
        identification_url=f"{world.url}/identification",
        identification_pages_url="https://id.example.kz",
    )
    monkeypatch.setattr(service, "settings", elsewhere)
    with pytest.raises(biometrics.ServiceAway):
        begin()


def test_a_session_that_waits_is_found_again_until_it_was_used(world: RunningWorld) -> None:
    assert biometrics.open_session(**FOR, at=now()) is None
    begun = begin()
    assert biometrics.open_session(**FOR, at=now()) == begun
    assert biometrics.open_session(**{**FOR, "operation": "another"}, at=now()) is None
    assert biometrics.open_session(**FOR, at=begun.expires_at) is None
    judge(show_face(world, begun).content)
    assert biometrics.open_session(**FOR, at=now()) is None


def test_a_session_runs_out(world: RunningWorld) -> None:
    begun = begin()
    shown = show_face(world, begun).content
    with pytest.raises(biometrics.AssertionStale):
        judge(shown, at=begun.expires_at)


@pytest.mark.parametrize("fault", ["down", "slow"])
def test_a_service_that_is_away_is_said_to_be_and_not_waited_for(
    world: RunningWorld, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = begin(return_to=BACK)
    code = code_of(show_face(world, begun).json()["return"])
    world.fault("identification", fault, seconds=30)
    impatient = replace(settings, registries_timeout=timedelta(seconds=0.5))
    monkeypatch.setattr(service, "settings", impatient)
    began = time.monotonic()
    with pytest.raises(biometrics.ServiceAway):
        begin()
    with pytest.raises(biometrics.ServiceAway):
        biometrics.collect(session_id=begun.session_id, code=code, at=now())
    assert time.monotonic() - began < 10


def test_a_service_that_keeps_failing_is_left_alone_for_a_while(
    world: RunningWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.fault("identification", "down")
    for _ in range(breaker.FAILURES_TO_OPEN):
        with pytest.raises(biometrics.ServiceAway):
            begin()
    world.fault("identification", "ok")
    with pytest.raises(biometrics.ServiceAway):
        begin()
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 0.0)
    breaker.BREAKERS[service.NAME].failed()
    assert begin().url


def test_a_face_not_shown_yet_does_not_count_as_the_service_failing(world: RunningWorld) -> None:
    begun = begin(return_to=BACK)
    for _ in range(breaker.FAILURES_TO_OPEN + 1):
        with pytest.raises(biometrics.NotFinished):
            biometrics.collect(session_id=begun.session_id, code="x", at=now())
    assert begin().url


def test_nobody_tries_out_faces(world: RunningWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "settings", replace(settings, identifications_per_person_per_hour=3))
    at = now()  # one moment, and so one hour
    for _ in range(3):
        begin(at=at)
    with pytest.raises(biometrics.TooManyChecks):
        begin(at=at)
    assert begin(iin=OTHER_IIN, at=at).url


def test_what_never_began_is_no_try(world: RunningWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "settings", replace(settings, identifications_per_person_per_hour=1))
    at = now()
    with pytest.raises(biometrics.WayBackNotAgreed):
        begin(return_to="http://evil.test/", at=at)
    world.fault("identification", "down")
    with pytest.raises(biometrics.ServiceAway):
        begin(at=at)
    world.fault("identification", "ok")
    assert begin(at=at).url


def test_no_bank_uses_up_the_tries_a_person_has_in_their_own_app(
    world: RunningWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "settings", replace(settings, identifications_per_person_per_hour=1))
    at, through_bank = now(), biometrics.Purpose.CONNECT_NUMBER_THROUGH_BANK
    begin(purpose=through_bank, number="+77010000000", bank="A bank", at=at)
    with pytest.raises(biometrics.TooManyChecks):
        begin(purpose=through_bank, number="+77010000000", bank="Another", at=at)
    assert begin(at=at).url


def test_production_without_an_agreement_identifies_nobody_by_the_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without = replace(settings, mode=Mode.PRODUCTION)
    assert without.identification_origin == ""
    monkeypatch.setattr(service, "settings", without)
    with pytest.raises(biometrics.ServiceNotAgreed):
        begin()


def test_a_purpose_nobody_has_words_for_is_a_mistake_of_ours(world: RunningWorld) -> None:
    with pytest.raises(ValueError, match="take a loan"):
        begin(purpose="take a loan")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_person_reads_what_for_in_their_language(world: RunningWorld, language: str) -> None:
    said = {"kk": "телефон нөмірін қосу", "ru": "Подключение номера", "en": "Connecting a phone number"}
    with speaking(language):
        page = httpx.get(begin().url).text
    assert f'<html lang="{language}">' in page
    assert said[language] in page
    assert world.person("aigerim").full_name in page


def test_a_session_of_nobody_is_judged_for_nobody(world: RunningWorld) -> None:
    shown = show_face(world, begin()).content
    RemoteIdentification.objects.all().delete()
    with pytest.raises(biometrics.AssertionForged):
        judge(shown)
    with pytest.raises(biometrics.NotFinished):
        biometrics.collect(session_id=UUID(int=0), code="x", at=now())
