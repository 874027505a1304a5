"""The bill of materials names everything delivered, once, and says who needs what."""

import json
import tomllib

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tools import sbom

BILL = sbom.sbom()
NAMES = {component["name"] for component in BILL["components"]}
REFS = [component["bom-ref"] for component in BILL["components"]]


def test_it_is_cyclonedx_and_the_same_each_time():
    assert (BILL["bomFormat"], BILL["specVersion"]) == ("CycloneDX", "1.6")
    assert json.dumps(sbom.sbom()) == json.dumps(BILL)
    assert len(set(REFS)) == len(REFS)


def test_it_keeps_the_schema_that_cyclonedx_publishes():
    schema = JsonStrictValidator(SchemaVersion.V1_6)
    assert schema.validate_str(json.dumps(BILL)) is None
    nameless = {**BILL, "components": [{"type": "library"}]}
    assert schema.validate_str(json.dumps(nameless)) is not None


def test_everything_the_platform_asks_for_is_named_and_nothing_of_the_workshop():
    project = tomllib.loads((sbom.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["server"], *extras["sandbox"]]
    wanted = {one.split(">")[0].split("=")[0].split("[")[0].strip() for one in asked}
    assert wanted <= NAMES
    assert {"cffi", "asgiref", "sqlparse", "psycopg-binary"} <= NAMES, "what they need in turn"
    assert {"pytest", "mutmut", "ruff", "hatchling", "esbuild", "axe-core", "typescript"} & NAMES == set()


def test_browser_packages_and_what_is_inside_others_are_named():
    lock = json.loads((sbom.ROOT / "browser/package-lock.json").read_text(encoding="utf-8"))
    assert set(lock["packages"][""]["dependencies"]) <= NAMES
    assert {"PostgreSQL", "govuk-frontend", "golos-text", "zxing-cpp-wasm", "emscripten-runtime"} <= NAMES


def test_every_python_package_has_its_hashes_and_dependencies_name_components():
    for component in BILL["components"]:
        if component["purl"].startswith("pkg:pypi/"):
            files = component["externalReferences"]
            assert all(len(file["hashes"][0]["content"]) == 64 for file in files)
            assert files
    own = BILL["metadata"]["component"]["bom-ref"]
    for entry in BILL["dependencies"]:
        assert {entry["ref"], *entry["dependsOn"]} <= {own, *REFS}
