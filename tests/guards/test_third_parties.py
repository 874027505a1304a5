"""Other people's work carries its licence, and what is written from data is in step with it."""

import json

from tools.glossary import DOCS, glossary

from tests.guards.sources import ROOT

SCRIPTS = ROOT / "src/senim/pages/static/senim/js"


def test_the_licences_beside_the_scripts_name_every_package_in_them_with_its_text() -> None:
    text = (SCRIPTS / "licences.txt").read_text(encoding="utf-8")
    locked = json.loads((ROOT / "browser/package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name in ("asn1js", "pkijs", "zxing-wasm"):
        assert f"{name} {locked[f'node_modules/{name}']['version']} (" in text
    for holder in (
        "ZXing authors",
        "Nu-book Inc.",
        "Axel Waggershauser",
        "Emscripten authors",
        "Rich Felker",
    ):
        assert holder in text
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").strip() in text, "the Apache License in full"


def test_every_font_and_vendored_file_is_listed_with_a_licence() -> None:
    listed = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    for name in ("govuk-frontend", "Golos Text", "PKI.js", "zxing-cpp", "Emscripten", "axe-core"):
        assert name in listed
    for folder in ("src/senim/pages/static/senim/fonts", "src/senim/papers/fonts"):
        assert (ROOT / folder / "OFL.txt").exists()


def test_the_glossary_is_what_its_table_says() -> None:
    assert (DOCS / "glossary.md").read_text(encoding="utf-8") == glossary(), "run `make docs`"
