from dataclasses import fields

from tools.settings_page import PAGE, lines, page

from senim.runtime.production import MUST_BE_GIVEN
from senim.settings import Settings
from tests.guards.sources import ROOT

PRODUCTION = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")


def test_the_page_of_settings_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_setting_has_a_line_and_something_said_of_it() -> None:
    listed = {line.variable: line.said for line in lines()}
    assert set(listed) == {f"SENIM_{field.name.upper()}" for field in fields(Settings)}
    assert {name for name, said in listed.items() if len(said.split()) < 5} == set(), (
        "say more below the field"
    )


def test_every_secret_an_operator_must_give_is_explained() -> None:
    assert [name for name in MUST_BE_GIVEN if f"`{name}`" not in PRODUCTION] == []


def test_every_variable_the_guide_names_exists() -> None:
    known = {f"SENIM_{field.name.upper()}" for field in fields(Settings)}
    sample = PRODUCTION.partition("```")[2].partition("```")[0]
    assert {line.split("=")[0] for line in sample.split() if line} <= known
