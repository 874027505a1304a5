import re
import subprocess

from tests.guards.sources import ROOT, SOURCE, calls, constant, parsed, python_files

LONGEST = 400
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "services"}
OURS = python_files(ROOT / "src", ROOT / "tests", ROOT / "tools")
TEXTS = [*SOURCE.glob("*/texts.toml"), *SOURCE.glob("*/texts/*.toml")]


def test_no_file_is_longer_than_four_hundred_lines_without_saying_why() -> None:
    long = [file for file in [*OURS, *TEXTS] if len(file.read_text().splitlines()) > LONGEST]
    assert [str(file.relative_to(ROOT)) for file in long if not says_why_it_is_long(file)] == []


def test_file_names_say_something() -> None:
    assert [str(file) for file in OURS if file.stem in SAYS_NOTHING] == []


def test_nothing_is_left_to_do_later() -> None:
    word = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplemented\b|pytest\.mark\.xfail")
    assert [
        str(file)
        for file in OURS
        if file.name != "test_shape.py" and word.search(file.read_text(encoding="utf-8"))
    ] == []


def test_every_claimed_clause_has_a_test() -> None:
    claimed = {
        line.strip()
        for line in (ROOT / "docs" / "regulation" / "claimed.txt").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    }
    shown = {
        constant(given)
        for file in python_files(ROOT / "tests")
        for call in calls(file, "clause")
        for given in call.args
    }
    assert claimed - shown == set()


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in python_files(ROOT / "src")
        if "migrations" not in file.parts and not (parsed(file).body and isinstance_docstring(file))
    ]
    assert silent == []


def isinstance_docstring(file) -> bool:
    return docstring(file) is not None


def says_why_it_is_long(file) -> bool:
    return file.suffix == ".py" and f"Longer than {LONGEST} lines, because" in (docstring(file) or "")


def docstring(file) -> str | None:
    return constant(getattr(parsed(file).body[0], "value", None))


def test_no_folder_of_whoever_wrote_it_is_named() -> None:
    listed = subprocess.run(
        ["git", "grep", "-lE", "/work/(shared|main|scratch)"], cwd=ROOT, capture_output=True, text=True
    )
    assert [name for name in listed.stdout.split() if name != "tests/guards/test_shape.py"] == []


def test_nothing_in_the_repository_points_out_of_it() -> None:
    listed = subprocess.run(["git", "ls-files", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line for line in listed.stdout.splitlines() if line.startswith("120000")] == []
