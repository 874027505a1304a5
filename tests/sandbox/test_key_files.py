"""Key files of sandbox people are offered as the ceremony left them."""

import json
from collections.abc import Iterator

import httpx
import pytest
from tests.world import RunningWorld


@pytest.fixture
def ceremony_held(world: RunningWorld) -> Iterator[None]:
    folder = world.configuration.home / "sandbox" / "people"
    kept = folder.rename(folder.with_name("people-kept")) if folder.exists() else None
    folder.mkdir(parents=True)
    (folder / "aigerim.p12").write_bytes(b"not really PKCS#12")
    passwords = {
        name: {"password": f"{name}-secret", "profiles": "individual_sign"} for name in ("aigerim", "daniyar")
    }
    (folder / "passwords.json").write_text(json.dumps(passwords), encoding="utf-8")
    yield
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    if kept is not None:
        kept.rename(folder)


def keys(world: RunningWorld) -> dict[str, dict[str, str]]:
    return dict(httpx.get(f"{world.url}/keys.json").json()["keys"])


@pytest.mark.usefixtures("ceremony_held")
def test_a_persons_key_file_is_offered_with_its_password(world: RunningWorld) -> None:
    key = keys(world)["aigerim"]
    assert (key["password"], key["profiles"]) == ("aigerim-secret", "individual_sign")
    assert httpx.get(f"{world.url}{key['address']}").content == b"not really PKCS#12"
    assert "aigerim-secret" in httpx.get(f"{world.url}/people").text


@pytest.mark.usefixtures("ceremony_held")
def test_a_file_that_is_not_there_is_not_offered(world: RunningWorld) -> None:
    assert "daniyar" not in keys(world)
    assert httpx.get(f"{world.url}/people/daniyar.p12").status_code == 404


@pytest.mark.parametrize("name", ["passwords.json", "..%2Fowner", "%2e%2e/owner", "nobody"])
def test_only_key_files_of_people_are_served(world: RunningWorld, name: str) -> None:
    assert httpx.get(f"{world.url}/people/{name}.p12").status_code == 404
