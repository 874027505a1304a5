"""The lists an instance configures: centres, and the papers an applicant brings."""

from dataclasses import replace

import pytest

from senim.enrolment import lists
from senim.settings import settings
from senim.texts import LANGUAGES, speaking

OWN_PAPERS = """
[[identification]]
id = "passport"
kk = "Паспорт"
ru = "Паспорт"
en = "Passport"

[[paper]]
id = "mandate"
kk = "Сенімхат"
ru = "Доверенность"
en = "Mandate"
"""


@pytest.fixture
def fresh():
    """Lists are read once; a test reads them anew, before and after."""
    readers = (lists.regions, lists.centres, lists.identifications, lists.papers)
    for reader in readers:
        reader.cache_clear()
    yield
    for reader in readers:
        reader.cache_clear()


def test_every_centre_lies_in_a_region_and_every_region_has_one():
    assert {centre.region for centre in lists.centres().values()} == set(lists.regions())
    assert len(lists.regions()) == 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_has_its_name_in_every_language(language):
    with speaking(language):
        for entries in (lists.regions(), lists.centres(), lists.identifications(), lists.papers()):
            assert all(str(entry.name) for entry in entries.values())


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("kk", ["Абай облысы", "Ақмола облысы", "Ақтөбе облысы", "Алматы қаласы"], "Шымкент қаласы"),
        ("ru", ["Абайская область", "Акмолинская область"], "Туркестанская область"),
        ("en", ["Abai Region", "Akmola Region", "Aktobe Region"], "Zhetisu Region"),
    ],
)
def test_regions_stand_in_the_order_of_the_readers_alphabet(language, first, last):
    with speaking(language):
        names = [str(region.name) for region in lists.regions_by_name()]
        grouped = [str(region.name) for region, _ in lists.centres_by_region()]
    assert names[: len(first)] == first
    assert (names[-1], grouped) == (last, names)


@pytest.mark.clause("CA-6.C2")
def test_an_instance_brings_its_own_list_of_papers(fresh, tmp_path, monkeypatch):
    own = tmp_path / "papers.toml"
    own.write_text(OWN_PAPERS, encoding="utf-8")
    monkeypatch.setattr(lists, "settings", replace(settings, papers_file=str(own)))
    assert set(lists.papers()) == {"mandate"}
    assert set(lists.identifications()) == {"passport"}
