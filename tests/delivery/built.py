"""Building and installing Senim as a stranger does: with uv, into environments of their own."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILT_FROM = ("src", "ceremony", "pyproject.toml", "README.md", "LICENSE", "THIRD_PARTY.md")
PATIENCE = 400


def uv() -> str:
    """The uv that make fetched, or the one at hand."""
    own = ROOT / ".tools" / "uv" / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    assert found, "make fetches uv into .tools/"
    return found


def run(*command: str, cwd: Path, **environment: str) -> str:
    """What it printed; fails with all of it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SENIM_", "VIRTUAL_"))}
    kept |= {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", **environment}
    done = subprocess.run(
        command, cwd=cwd, env=kept, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def wheel(tree: Path, into: Path) -> Path:
    """Built with what ``tools/build.txt`` names, and nothing else."""
    pinned = str(ROOT / "tools" / "build.txt")
    run(
        uv(), "build", "--quiet", "--wheel", "--out-dir", str(into),
        "--build-constraint", pinned, "--require-hashes", str(tree),
        cwd=into,
    )  # fmt: skip
    (made,) = into.glob("*.whl")
    return made


def copy_of_the_tree(folder: Path) -> Path:
    """What the wheel is built from, with other times of change than the checkout has."""
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, copy_function=shutil.copyfile, ignore=ignored)
        else:
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def environment(folder: Path, made: Path, *extras: str) -> Path:
    """A new virtual environment with the wheel and the locked versions of what it asks for; its ``bin``."""
    run(uv(), "venv", "--quiet", "--python", "3.11", str(folder), cwd=folder.parent)
    python = str(folder / "bin" / "python")
    asked = [part for extra in extras for part in ("--extra", extra)]
    locked = run(
        uv(), "export", "--quiet", "--frozen", "--no-default-groups", "--no-emit-project", *asked, cwd=ROOT
    )
    (folder / "locked.txt").write_text(locked, encoding="utf-8")
    pip = (uv(), "pip", "install", "--quiet", "--python", python)
    run(*pip, "--require-hashes", "-r", str(folder / "locked.txt"), cwd=folder)
    run(*pip, "--no-deps", str(made), cwd=folder)
    run(uv(), "pip", "check", "--quiet", "--python", python, cwd=folder)
    return folder / "bin"
