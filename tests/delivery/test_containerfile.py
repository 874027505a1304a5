"""The Containerfile, read and not built: no builder is at hand. Its build steps run in an empty folder."""

import re
import shutil
from pathlib import Path

import pytest
from tests.delivery.built import BUILT_FROM, ROOT, run, uv

from senim.settings import Settings

LINES = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
STEPS = [line.split(maxsplit=1) for line in LINES if line and not line.startswith("#")]
STAGES = [place for place, (word, _) in enumerate(STEPS) if word == "FROM"]
FINAL = STEPS[STAGES[-1] :]


def values(word: str, steps: list[list[str]] = STEPS) -> list[str]:
    return [rest for first, rest in steps if first == word]


def test_every_line_is_an_instruction() -> None:
    known = "ARG FROM WORKDIR COPY RUN ENV USER VOLUME EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD"
    assert {word for word, _ in STEPS} <= set(known.split())


def test_what_runs_is_not_root_and_holds_no_builder() -> None:
    assert len(STAGES) == 2
    assert values("USER", FINAL) == ["10001"]
    assert "uid 10001" in values("RUN", FINAL)[0]
    assert values("COPY", FINAL) == ["--from=build /opt/senim /opt/senim"]
    assert not any("pip" in step or "apt" in step for step in values("RUN", FINAL))


def test_the_base_is_one_tag_that_says_version_and_system() -> None:
    (base,) = values("ARG")
    assert re.fullmatch(r"BASE=\S+/python:3\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", base)
    assert [rest.split()[0] for rest in values("FROM")] == ["${BASE}", "${BASE}"]


def test_everything_installed_is_pinned_by_a_hash() -> None:
    installs = [step for step in values("RUN") if re.search(r"pip install|uv build", step)]
    assert len(installs) == 4
    assert all("--require-hashes" in step or "dist/*.whl" in step for step in installs)


def test_what_is_copied_exists_is_let_through_and_is_all_the_wheel_is_built_from() -> None:
    copied = {part for rest in values("COPY")[:-1] for part in rest.split()[:-1]}
    assert all((ROOT / part).exists() for part in copied)
    assert set(BUILT_FROM) <= copied
    let_through = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{part}" for part in copied} <= set(let_through)


def test_ports_and_home_are_those_of_the_settings() -> None:
    usual = Settings()
    told = {
        str(port)
        for port in (
            usual.portal_port,
            usual.responders_port,
            usual.partners_port,
            usual.desk_port,
            usual.sandbox_port,
        )
    }
    assert set(values("EXPOSE")[0].split()) == told
    assert values("VOLUME") == [f"{values('WORKDIR', FINAL)[0]}/{usual.home}"]


@pytest.mark.parametrize(
    "step", [step for step in values("RUN") if step.startswith(("uv build", "uv export"))]
)
def test_the_build_steps_work_on_what_was_copied_and_nothing_else(step: str, tmp_path: Path) -> None:
    for part in {part for rest in values("COPY")[:-1] for part in rest.split()[:-1]}:
        (tmp_path / part).parent.mkdir(exist_ok=True)
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copyfile
        copy(ROOT / part, tmp_path / part)
    run("sh", "-c", step.replace("uv ", f"{uv()} --quiet ", 1), cwd=tmp_path)
    assert list((tmp_path / "dist").glob("*.whl")) or (tmp_path / "locked.txt").stat().st_size > 10_000
