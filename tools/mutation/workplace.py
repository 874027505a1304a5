"""The copy of the tree that mutmut works in, one for each group, and mutmut's own settings in it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.mutation import in_order
from tools.mutation.groups import NOT_HERE, Group

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests", "tools", "ceremony", "docs")
LEFT = shutil.ignore_patterns("__pycache__", "*.wasm", "*.woff2", "vendor", "images")


def folder_of(name: str) -> Path:
    return ROOT / ".mutation" / name


def prepare(name: str, group: Group) -> Path:
    """Bring the copy up to date; what mutmut found out about unchanged functions stays."""
    folder = folder_of(name)
    for part in COPIED:
        shutil.rmtree(folder / part, ignore_errors=True)
        shutil.copytree(ROOT / part, folder / part, ignore=LEFT)
        _forget_copies(folder / "mutants" / part)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(text + _settings(group), encoding="utf-8")
    return folder


def _forget_copies(folder: Path) -> None:
    """mutmut renews its copies of code only; what it has found out stands beside them."""
    for file in folder.rglob("*"):
        if file.is_file() and (folder.name != "src" or file.suffix not in {".py", ".meta", ".spans"}):
            file.unlink()


def _settings(group: Group) -> str:
    rows = {
        "source_paths": ["src"],
        "only_mutate": list(group.files),
        "do_not_mutate": ["*/migrations/*", "*/models.py", "*/models/*"],
        "also_copy": [part for part in COPIED if part not in {"src", "tests"}],
        "pytest_add_cli_args_test_selection": list(group.tests),
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-n", "0", "-k", NOT_HERE],
        "process_isolation": "forkserver",
        "timeout_constant": 20.0,
        "timeout_multiplier": 4.0,
    }
    return "\n[tool.mutmut]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in rows.items())


def run(folder: Path, group: Group, *, seconds: float, enough: float, only: tuple[str, ...] = ()) -> None:
    """One run of mutmut, stopped after that long; it keeps what it has found out."""
    children = 1 if group.database else _processors()
    program = [sys.executable, "-P", in_order.__file__, str(enough)]
    mutmut = [*program, "run", "--max-children", str(children), *only]
    with TemporaryDirectory(prefix="senim-mutation-") as session:
        for part in ("cluster", "main"):
            (Path(session) / part).mkdir()
        # The tests' database server is then kept by this process, and not by each of thousands.
        told = {**os.environ, "SENIM_TESTS": session, "SENIM_TESTS_PID": str(os.getpid())}
        running = subprocess.Popen(mutmut, cwd=folder, env=told, start_new_session=True)
        try:
            if running.wait(seconds):
                raise SystemExit("mutmut could not work: what it says is above")
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            os.killpg(running.pid, signal.SIGINT)
            running.wait(120)


def _processors() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
