"""The pages and their data."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from tests.world import RunningWorld

from senim_sandbox.faults import SERVICES
from senim_sandbox.people import fixed_people
from senim_sandbox.registries.subscribers import Case
from senim_sandbox.wording import catalogue

PAGES = (
    "/",
    "/phones",
    "/phones/+77015550101",
    "/mail",
    "/mail/aigerim@mail.test",
    "/people",
    "/people?page=3",
    "/people?q=ахметов",
    "/people?q=nobody",
    "/organisations",
    "/bank",
    "/faults",
    "/trust",
)
LANGUAGES = ("kk", "ru", "en")
SANDBOX_PAGE = Path(__file__).parent.parent.parent / "docs" / "sandbox.md"


@pytest.fixture
def reader(world: RunningWorld) -> httpx.Client:
    """Somebody with a browser, who has an SMS and may have a mail."""
    client = httpx.Client(base_url=world.url, headers={"Accept": "text/html"}, trust_env=False)
    client.post(
        "/phones/+77015550101/messages", data={"to": "1414", "text": "Шот? <b>http://a.kz/x?y=1&z=2</b>"}
    )
    return client


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_in_every_language(reader: httpx.Client, path: str, language: str) -> None:
    answer = reader.get(path, params={**httpx.URL(path).params, "lang": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert catalogue()["banner"][language] in answer.text
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    addresses = re.findall(r'(?:src|href|action)="(https?://[^"]*)"', answer.text)
    assert {httpx.URL(address).host for address in addresses} <= {"a.kz"}


def test_every_text_is_in_every_language_with_a_note_for_translators() -> None:
    for text_id, wording in catalogue().items():
        assert set(wording) == {*LANGUAGES, "note"}, text_id
        assert all(wording.values()), text_id
        facts = {frozenset(re.findall(r"\{(\w+)\}", wording[language])) for language in LANGUAGES}
        assert len(facts) == 1, text_id


def test_every_trait_service_and_mode_has_its_words() -> None:
    traits = {f"trait.{trait.replace(' ', '_')}" for one in fixed_people() for trait in one.traits}
    services = {f"service.{name}" for name in SERVICES}
    modes = {f"mode.{mode}" for allowed in SERVICES.values() for mode in allowed}
    assert traits | services | modes <= catalogue().keys()


def test_the_language_chosen_is_remembered(reader: httpx.Client) -> None:
    reader.get("/?lang=ru")
    assert '<html lang="ru">' in reader.get("/phones").text


def test_what_was_written_is_escaped_and_its_links_lead_somewhere(reader: httpx.Client) -> None:
    text = reader.get("/phones/+77015550101").text
    assert "<b>" not in text
    assert '<a href="http://a.kz/x?y=1&amp;z=2" rel="noreferrer">' in text


def test_a_page_refreshes_itself_only_when_asked(reader: httpx.Client) -> None:
    assert "http-equiv" not in reader.get("/").text
    assert '<meta http-equiv="refresh" content="5">' in reader.get("/?refresh=5").text


def test_answers_forbid_scripts_and_frames(reader: httpx.Client) -> None:
    policy = reader.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_what_another_site_makes_the_browser_send_is_refused(world: RunningWorld) -> None:
    answer = httpx.post(f"{world.url}/reset", headers={"Origin": "http://evil.test"})
    assert answer.status_code == 403
    same = httpx.post(f"{world.url}/reset", headers={"Origin": world.url})
    assert same.status_code == 200


def test_a_fault_set_on_the_page_holds_and_reset_clears_it(reader: httpx.Client) -> None:
    posted = reader.post("/faults", data={"service": "gbdfl", "mode": "slow", "seconds": "1.5"})
    assert posted.status_code == 303
    assert reader.get("/faults.json").json()["gbdfl"]["seconds"] == 1.5
    assert reader.post("/reset").status_code == 303
    assert reader.get("/faults.json").json()["gbdfl"]["mode"] == "ok"
    assert reader.get("/phones.json").json() == {"phones": []}


def test_what_the_operators_say_of_a_number_is_chosen_on_its_page(reader: httpx.Client) -> None:
    address = "/phones/+77015550101"
    assert reader.get(f"{address}/holder.json").json()["case"] == "own"
    assert reader.post(f"{address}/holder", data={"case": "recycled"}).status_code == 303
    assert '<option value="recycled" selected>' in reader.get(address).text
    assert reader.get(f"{address}/holder.json").json()["case"] == "recycled"
    assert reader.post(f"{address}/holder", data={"case": "eaten"}).status_code == 422
    reader.post("/reset")
    assert reader.get(f"{address}/holder.json").json()["case"] == "own"


@pytest.mark.parametrize(
    ("number", "case", "status"), [("+77015550101", "eaten", 422), ("+4420794600", "own", 404)]
)
def test_a_case_that_cannot_be_is_refused(world: RunningWorld, number: str, case: str, status: int) -> None:
    address = f"{world.url}/phones/{number}/holder.json"
    assert httpx.put(address, json={"case": case}).status_code == status


def test_every_case_of_a_number_has_its_words_and_is_explained(world: RunningWorld) -> None:
    assert {f"phone.case.{case}" for case in Case} <= catalogue().keys()
    assert all(f"| `{case}` |" in SANDBOX_PAGE.read_text(encoding="utf-8") for case in Case)


def test_the_clock_is_moved_on_the_page_and_shown_there(reader: httpx.Client) -> None:
    assert reader.post("/clock", data={"minutes": "1440"}).status_code == 303
    assert reader.get("/clock.json").json()["ahead_seconds"] == 86400
    tomorrow = datetime.now(ZoneInfo("Asia/Almaty")) + timedelta(days=1)
    assert f"{tomorrow:%d.%m.%Y}" in reader.get("/faults").text
    refused = reader.post("/clock", data={"minutes": "tomorrow"})
    assert refused.status_code == 422
    assert 'href="/faults"' in refused.text


@pytest.mark.parametrize(
    "fault",
    [
        {"nowhere": {"mode": "down"}},
        {"mail": {"mode": "tampered"}},
        {"gbdfl": {"mode": "slow", "seconds": 1000}},
        {"gbdfl": {"mode": "slow", "seconds": "soon"}},
        {"gbdfl": "down"},
        {"gbdfl": {}},
    ],
)
def test_a_fault_that_cannot_be_is_refused(world: RunningWorld, fault: dict[str, object]) -> None:
    assert httpx.put(f"{world.url}/faults.json", json=fault).status_code == 422
    said = httpx.get(f"{world.url}/faults.json").json()
    assert {service: facts["mode"] for service, facts in said.items()} == dict.fromkeys(SERVICES, "ok")


def test_people_are_told_with_their_traits_and_what_to_expect(world: RunningWorld) -> None:
    told = httpx.get(f"{world.url}/people.json").json()
    aigerim = next(one for one in told["people"] if one["id"] == "aigerim")
    assert aigerim["iin"] == world.person("aigerim").iin
    assert set(aigerim["expected"]) == set(LANGUAGES)
    assert aigerim["card"]["number"] == "047218593"
    assert len(told["people"]) > 500
    assert {"owner", "pharmacy"} <= {one["id"] for one in told["legal_entities"]}


def test_registration_centres_are_told_by_region(world: RunningWorld) -> None:
    regions = httpx.get(f"{world.url}/registration-centres.json").json()["regions"]
    assert len(regions) >= 8
    assert all(1 <= len(region["centres"]) <= 3 for region in regions)


@pytest.mark.parametrize("path", ["/nope", "/people/nobody.png", "/people/nobody.p12", "/phones/112"])
def test_what_is_not_there_is_said_politely(reader: httpx.Client, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 404
    assert catalogue()["problem.missing"]["kk"] in answer.text


def test_a_message_without_text_is_refused_with_a_way_back(reader: httpx.Client) -> None:
    answer = reader.post("/phones/+77015550101/messages", data={"to": "1414", "text": " "})
    assert answer.status_code == 422
    assert 'href="/phones/+77015550101"' in answer.text
