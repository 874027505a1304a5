"""Which code can open the issuing key, read from the import graph."""

import grimp
import pytest


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("senim", include_external_packages=True)


def test_only_the_authoritys_process_and_the_ceremony_hold_the_issuing_key(graph):
    holders = graph.find_modules_that_directly_import("senim.certification.issuance")
    outside = {module for module in holders if not module.startswith("senim.certification.")}
    assert outside == {"senim.runtime.authority_worker"}


@pytest.mark.parametrize(
    "door", ["portal", "desk", "messages", "responders", "enrolment", "accounts", "documents"]
)
def test_no_door_and_no_room_above_leads_to_issuance(graph, door):
    if f"senim.{door}" not in graph.modules:
        pytest.fail(f"senim.{door} is not there")
    for dangerous in ("senim.certification.issuance", "senim.certification.ceremony"):
        assert not graph.chain_exists(importer=f"senim.{door}", imported=dangerous, as_packages=True), (
            dangerous
        )


def test_the_responders_lead_to_no_tables_and_ask_the_database_in_one_place(graph):
    for outside in ("django", "procrastinate"):
        assert not graph.chain_exists(importer="senim.responders", imported=outside, as_packages=True)
    asking = graph.find_modules_that_directly_import("psycopg")
    assert {module for module in asking if module.startswith("senim.responders")} == {
        "senim.responders.watermark"
    }


@pytest.mark.parametrize(
    "room", ["portal", "desk", "enrolment", "accounts", "documents", "registries", "validation"]
)
def test_the_authoritys_process_leads_to_no_people_and_no_pages(graph, room):
    worker = "senim.runtime.authority_worker"
    assert not graph.chain_exists(importer=worker, imported=f"senim.{room}", as_packages=True)
